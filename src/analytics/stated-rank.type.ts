import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { connectionOf } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';
import { RankBy, RankGroup } from './ranking.type.js';

@ObjectType({ implements: Node, description: 'A unit’s place as a source tells it. It need not be the one that the ledger gives: `OrgUnit.rank` tells that.' })
export class StatedRank extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number;
  phaseKey!: number | null;
  indicatorKey!: number | null;
  regionKey!: number | null;
  clusterKey!: number | null;

  @Field(() => String, { description: 'Code that names it in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => RankBy, { nullable: true, description: 'What the units were ranked by; null where the source does not tell.' })
  by!: RankBy | null;

  @Field(() => RankGroup, { description: 'Among whom.' })
  group!: RankGroup;

  @Field(() => Int, { description: 'The place, from 1.' })
  place!: number;

  @Field(() => Int, { nullable: true, description: 'Among how many; null where the source does not tell.' })
  of!: number | null;

  @Field(() => DateScalar, { description: 'The day for which it holds.' })
  asOf!: Day;
}

export const StatedRankConnection = connectionOf(() => StatedRank, 'StatedRank', 'stated ranks');

@InputType({ description: 'A place as a source tells it. Of one that is there all is said anew: what is left out is taken out.' })
export class SaveStatedRankInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Its code: of one that is there, or of a new one, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. Left out: a new one, whose code the server makes. CONFLICT where another unit has it.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit, of which the caller is a REPORTER.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign, which is no DRAFT; it stays.' })
  campaign!: string;

  @Field(() => String, { nullable: true, description: 'Code of a phase of it; left out: the campaign as a whole.' })
  phase?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the indicator; left out: not told, or several.' })
  indicator?: string | null;

  @Field(() => RankBy, { nullable: true, description: 'What the units were ranked by; left out: not told.' })
  by?: RankBy | null;

  @Field(() => RankGroup, { description: 'Among whom.' })
  group!: RankGroup;

  @Field(() => String, { nullable: true, description: 'With REGION only: code of the region; left out: not told which.' })
  region?: string | null;

  @Field(() => String, { nullable: true, description: 'With CLUSTER only: code of the cluster or bloc; left out: not told which.' })
  cluster?: string | null;

  @Field(() => Int, { description: 'The place, from 1.' })
  place!: number;

  @Field(() => Int, { nullable: true, description: 'Among how many: the place or more; left out: not told.' })
  of?: number | null;

  @Field(() => DateScalar, { description: 'The day for which it holds, today or before. BAD_USER_INPUT unless a date.' })
  asOf!: unknown;
}

@ObjectType({ description: 'What `saveStatedRank` did.' })
export class SaveStatedRankPayload extends CommandPayload {
  @Field(() => StatedRank, { nullable: true, description: 'The rank; the one that is in the way, as far as the caller sees it; else null where nothing was done.' })
  rank!: StatedRank | null;
}
