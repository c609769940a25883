import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { fromScaled, toScaled, totalOf } from '../ledger/progress.rules.js';
import { Total } from '../ledger/progress.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { parseOptionalDay } from '../shared/dates.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import { allocationOn } from './allocation.query.js';
import { assignTargets } from './allocation.service.js';
import { Allocation, AllocationShare, AssignTargetsInput, AssignTargetsPayload } from './allocation.type.js';

@Resolver()
export class AssignResolver {
  @Mutation(() => AssignTargetsPayload, {
    description:
      'Assigns targets to the direct children of a unit, at once and for good: they count from `decidedOn`, in place of those of the same day. What is split over all children is split by largest remainder: each gets its exact share rounded down, in whole numbers where the amount is whole, else to four decimals; what is left goes, one each, to those of which most was cut off, among equals by code. INVALID, with their codes, where it is not known what some of them weigh. To assign more or less than the unit has itself is no fault. CONFLICT, with the allocation as it is, where something was assigned since `expectedVersion`.',
  })
  assignTargets(@Arg('input', () => AssignTargetsInput, { description: 'What to assign, and how.' }) input: AssignTargetsInput, @Ctx() context: Context): Promise<AssignTargetsPayload> {
    return assignTargets(context, input);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitAllocationResolver {
  @FieldResolver(() => Allocation, {
    nullable: true,
    description: 'How the unit’s target is spread over its direct children on a day. Null where campaign, indicator or phase are unknown, and of a unit outside the caller’s scope.',
  })
  async allocation(
    @Root() unit: OrgUnit,
    @Arg('campaign', () => String, { description: 'Code of the campaign.' }) campaign: string,
    @Arg('indicator', () => String, { description: 'Code of the indicator.' }) indicator: string,
    @Arg('phase', () => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' }) phase: string | null | undefined,
    @Arg('asOf', () => DateScalar, { nullable: true, description: 'The day, today in Việt Nam unless given. BAD_USER_INPUT unless a date.' }) asOf: unknown,
    @Ctx() context: Context,
  ): Promise<Allocation | null> {
    const day = parseOptionalDay(asOf, 'asOf') ?? context.today;
    if (!unit.inScope) return null;
    const set = await context.progress.seriesSet(campaign, phase ?? null, indicator);
    return set === null ? null : context.reads.row(allocationOn, [unit.key, set.campaign.key, set.phase?.key ?? null, set.indicator.key, day]);
  }
}

@Resolver(() => Allocation)
export class AllocationResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit.' })
  unit(@Root() allocation: Allocation, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(allocation.unitKey);
  }

  @FieldResolver(() => Total, { nullable: true, description: 'The unit’s own target: what it was assigned, else what it has registered, else what it set itself. Null where it has none, only its members do.' })
  target(@Root() { targetBalance }: Allocation): Total | null {
    return totalOf(targetBalance);
  }

  @FieldResolver(() => Quantity, { nullable: true, description: '`target` less `allocated`: negative where more is assigned than the unit has itself. Null where either is.' })
  unallocated(@Root() allocation: Allocation): number | null {
    const left = leftOf(allocation);
    return left === null ? null : fromScaled(left);
  }

  @FieldResolver(() => Boolean, { description: 'Whether more is assigned than the unit has itself: to be known, not forbidden.' })
  overAllocated(@Root() allocation: Allocation): boolean {
    return (leftOf(allocation) ?? 0n) < 0n;
  }
}

function leftOf({ targetBalance, allocated }: Allocation): bigint | null {
  return targetBalance === null || allocated === null ? null : toScaled(targetBalance.total!) - toScaled(allocated);
}

@Resolver(() => AllocationShare)
export class AllocationShareResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit.' })
  unit(@Root() share: AllocationShare, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(share.unitKey);
  }
}
