import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import type { Page } from '../shared/connections.js';
import type { Awaitable } from '../shared/promises.js';
import { DateScalar } from '../shared/scalars.js';
import { structureDay } from './org-unit.rules.js';
import { ChildrenArgs, OrgUnit, OrgUnitConnection, OrgUnitListArgs } from './org-unit.type.js';

const asOf = {
  nullable: true,
  description: 'The day; today in Việt Nam unless given, and of a closed unit its last day. BAD_USER_INPUT unless a date.',
};

@Resolver(() => OrgUnit)
export class OrgUnitResolver {
  @Query(() => OrgUnit, { nullable: true, description: 'The unit of a code; null where there is none, or none that the caller sees.' })
  async orgUnit(
    @Arg('code', () => String, { description: 'The unit’s code, such as `D272`.' }) code: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<OrgUnit | null> {
    return (await context.unitPages?.unit(code, info)) ?? context.orgUnits.byCode(code);
  }

  @Query(() => OrgUnitConnection, {
    description: 'All units that the caller sees, closed ones included, by code unless asked otherwise.',
  })
  orgUnits(@Args(() => OrgUnitListArgs) args: OrgUnitListArgs, @Ctx() context: Context): Promise<Page<OrgUnit>> {
    return context.orgUnits.list(args);
  }

  @FieldResolver(() => OrgUnit, {
    nullable: true,
    description: 'The unit that took over when this one closed; null of an open unit, where none did, and where the caller does not see it.',
  })
  successor(@Root() unit: OrgUnit, @Ctx() context: Context): Promise<OrgUnit | null> | null {
    return unit.successorKey === null ? null : context.orgUnits.byKey(unit.successorKey);
  }

  @FieldResolver(() => [OrgUnit], { description: 'The closed units that this one took over from, as far as the caller sees them, by code.' })
  predecessors(@Root() unit: OrgUnit, @Ctx() context: Context): Promise<OrgUnit[]> {
    return context.orgUnits.predecessors(unit);
  }

  @FieldResolver(() => OrgUnit, {
    nullable: true,
    description:
      'The unit directly above on a day; null at the root, before the unit began, and where the caller does not see it. From the day of its closure a unit stands beneath its successor, if it has one.',
  })
  parent(
    @Root() unit: OrgUnit,
    @Arg('asOf', () => DateScalar, asOf) day: unknown,
    @Ctx() context: Context,
  ): Promise<OrgUnit | null> {
    return context.orgUnits.parent(unit, structureDay(unit, day, context.today));
  }

  @FieldResolver(() => [OrgUnit], { description: 'The units above it on a day, as far as the caller sees them, the root first and the parent last.' })
  ancestors(
    @Root() unit: OrgUnit,
    @Arg('asOf', () => DateScalar, asOf) day: unknown,
    @Ctx() context: Context,
  ): Promise<OrgUnit[]> {
    return context.orgUnits.ancestors(unit, structureDay(unit, day, context.today));
  }

  @FieldResolver(() => OrgUnitConnection, {
    description: 'The units directly beneath it that are active on a day, as far as the caller sees them, by code unless asked otherwise.',
  })
  children(@Root() unit: OrgUnit, @Args(() => ChildrenArgs) args: ChildrenArgs, @Ctx() context: Context): Awaitable<Page<OrgUnit>> {
    return context.orgUnits.children(unit, args);
  }
}
