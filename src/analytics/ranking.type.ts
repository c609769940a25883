import { ArgsType, Field, InputType, Int, ObjectType } from 'type-graphql';
import { TargetBasis } from '../ledger/progress.type.js';
import { OrgLevel } from '../org-units/org-unit.type.js';
import { connectionOf, type Page } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import type { RankedGroup } from './ranking.query.js';

export const RankBy = defineEnum('RankBy', 'What units are ranked by; the highest comes first.', {
  RESULT: 'The result on the day.',
  COMPLETION: 'Result ÷ target × 100, as `completionPercent` has it.',
  GROWTH: 'The result on the day less the result on an earlier one. Of a RATIO, in percentage points.',
  GROWTH_PERCENT: 'That growth ÷ the earlier result × 100, to two places, half away from zero; none where the earlier result is 0.',
});
export type RankBy = keyof typeof RankBy;

export const RankAmong = defineEnum('RankAmong', 'Among whom a unit is ranked.', {
  SIBLINGS: 'The units directly beneath the same unit, on the day.',
  LEVEL_IN_NATION: 'The units of its level beneath the same root, on the day.',
  CLUSTER: 'The members of an emulation cluster or bloc in which it competes in the year of the day.',
  REGION: 'The units of a region to which it belongs.',
});
export type RankAmong = keyof typeof RankAmong;

export const RankGroup = defineEnum('RankGroup', 'Among whom a source tells of a place.', {
  NATION: 'All units of its level.',
  REGION: 'The units of a region.',
  CLUSTER: 'The members of an emulation cluster or bloc.',
  SIBLINGS: 'The units directly beneath the same unit.',
});
export type RankGroup = keyof typeof RankGroup;

@InputType({ description: 'Which units to rank, of those beneath the unit that are active on the day and in the caller’s scope. Exactly one of these, else BAD_USER_INPUT.' })
export class RankingGroup {
  @Field(() => Boolean, { nullable: true, description: '`true`: those directly beneath it.' })
  children?: boolean | null;

  @Field(() => OrgLevel, { nullable: true, description: 'Those of this level, anywhere beneath it.' })
  level?: OrgLevel | null;

  @Field(() => String, { nullable: true, description: 'The members of the emulation cluster or bloc of this code. An unknown code gives null.' })
  cluster?: string | null;

  @Field(() => String, { nullable: true, description: 'The units of the region of this code. An unknown code gives null.' })
  region?: string | null;
}

@ArgsType()
abstract class RankedArgs {
  @Field(() => String, { description: 'Code of the campaign.' })
  campaign!: string;

  @Field(() => String, { description: 'Code of the indicator.' })
  indicator!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase of the campaign; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => RankBy, { nullable: true, defaultValue: 'RESULT', description: 'What they are ranked by.' })
  by?: RankBy | null;

  @Field(() => TargetBasis, { nullable: true, defaultValue: 'ASSIGNED', description: 'By COMPLETION: how the target came about.' })
  basis?: TargetBasis | null;

  @Field(() => DateScalar, { nullable: true, description: 'The day: of the numbers, and of who stands where. Today in Việt Nam unless given. BAD_USER_INPUT unless a date.' })
  asOf?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'By growth, and then only: the earlier day. BAD_USER_INPUT unless a date before `asOf`.' })
  since?: unknown;
}

@ArgsType()
export class RankingArgs extends RankedArgs {
  @Field(() => RankingGroup, { description: 'Which units to rank.' })
  group!: RankingGroup;
}

@ArgsType()
export class RankArgs extends RankedArgs {
  @Field(() => RankAmong, { description: 'Among whom.' })
  among!: RankAmong;

  @Field(() => String, { nullable: true, description: 'Code of the cluster or the region, where the unit is in several; left out: the first by code. BAD_USER_INPUT with another `among`.' })
  group?: string | null;
}

@ObjectType({ description: 'A place in a ranking. Who has the same number shares the place, and the next places are left out: 1, 2, 2, 4.' })
export class RankingEntry {
  /** Where it stands in the list: of those that share a place, too. */
  nth!: number;
  unitKey!: number | null;

  @Field(() => Int, { description: 'The place, from 1.' })
  place!: number;

  @Field(() => Boolean, { description: 'Whether others share it.' })
  tied!: boolean;

  @Field(() => String, { description: 'Name of the unit, in Vietnamese.' })
  name!: string;

  @Field(() => Quantity, { nullable: true, description: 'The number that it is ranked by; null of a unit outside the caller’s scope.' })
  value!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether no child is missing in the results that the number is made of; null of a unit outside the caller’s scope.' })
  complete!: boolean | null;
}

export const RankingEntryConnection = connectionOf(() => RankingEntry, 'RankingEntry', 'places, the first place first');

@ObjectType({ description: 'Units in order of a number, the highest first: those of a group that are in the caller’s scope.' })
export class Ranking {
  group!: RankedGroup;
  /** The page that is asked for, where it was read before. */
  ahead?: Page<RankingEntry>;

  @Field(() => DateScalar, { description: 'The day of the numbers, and of who stands where.' })
  asOf!: Day;
}

@ObjectType({ description: 'A unit’s place in a group.' })
export class Rank {
  group!: RankedGroup;

  @Field(() => Int, { nullable: true, description: 'The place, from 1; null where the unit has no number to be ranked by: it is unranked then, not last.' })
  place!: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether others share the place; null where there is none.' })
  tied!: boolean | null;

  @Field(() => Int, { description: 'How many units are in the group.' })
  of!: number;

  @Field(() => Int, { description: 'How many of them have a place.' })
  ranked!: number;

  @Field(() => Quantity, { nullable: true, description: 'The unit’s own number; null where there is none.' })
  value!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether no child is missing in the results that its number is made of; null where there is none.' })
  complete!: boolean | null;
}
