import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { listPartners, partnerByCode } from './partner.query.js';
import { savePartner } from './partner.service.js';
import { Partner, PartnerConnection, SavePartnerInput, SavePartnerPayload } from './partner.type.js';

@Resolver(() => Partner)
export class PartnerResolver {
  @Query(() => Partner, { nullable: true, description: 'The partner of a code; null where there is none, or none of a unit in the caller’s scope.' })
  partner(@Arg('code', () => String, { description: 'The partner’s code.' }) code: string, @Ctx() { reads }: Context): Promise<Partner | null> | null {
    return isCode(code) ? reads.row(partnerByCode, [code]) : null;
  }

  @Mutation(() => SavePartnerPayload, { description: 'Enters a body outside the unions with which a unit works, or changes what was said of it. By a REPORTER of the unit.' })
  savePartner(@Arg('input', () => SavePartnerInput, { description: 'The partner.' }) input: SavePartnerInput, @Ctx() context: Context): Promise<SavePartnerPayload> {
    return savePartner(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit that works with it.' })
  unit(@Root() partner: Partner, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(partner.unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitPartnerResolver {
  @FieldResolver(() => PartnerConnection, { description: 'The bodies outside the unions with which the unit works, by code; empty outside the caller’s scope.' })
  partners(@Root() unit: OrgUnit, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Partner>> {
    return listPartners(reads, unit.key, args);
  }
}
