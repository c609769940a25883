import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listRegionMembers } from './org-unit.query.js';
import { OrgUnit, OrgUnitConnection, OrgUnitListArgs } from './org-unit.type.js';
import { listRegions, regionByCode, regionsOf } from './region.query.js';
import { Region, RegionConnection } from './region.type.js';

@Resolver(() => Region)
export class RegionResolver {
  @Query(() => Region, { nullable: true, description: 'The region of a code; null where there is none.' })
  region(@Arg('code', () => String, { description: 'The region’s code.' }) code: string, @Ctx() { reads }: Context): Promise<Region | null> | null {
    return isCode(code) ? reads.row(regionByCode, [code]) : null;
  }

  @Query(() => RegionConnection, { description: 'All regions, by code.' })
  regions(@Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Region>> {
    return listRegions(reads, args);
  }

  @FieldResolver(() => OrgUnitConnection, { description: 'The units that belong to it and are in the caller’s scope, closed ones included, by code unless asked otherwise.' })
  members(@Root() region: Region, @Args(() => OrgUnitListArgs) args: OrgUnitListArgs, @Ctx() { reads }: Context): Promise<Page<OrgUnit>> {
    return listRegionMembers(reads, region.key, args);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitRegionResolver {
  @FieldResolver(() => [Region], { description: 'The regions to which it belongs, by code; none outside the caller’s scope.' })
  regions(@Root() unit: OrgUnit, @Ctx() { reads }: Context): Promise<Region[]> {
    return reads.rows(regionsOf, [unit.key]);
  }
}
