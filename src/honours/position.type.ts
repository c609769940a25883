import { Field, InputType, ObjectType } from 'type-graphql';
import { DatePrecision } from '../campaigns/campaign.type.js';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';

export const PositionRole = defineEnum('PositionRole', 'What somebody is in the leadership of a unit, the highest first.', {
  CHAIR: 'Chair (chủ tịch): in one unit one at a time.',
  STANDING_VICE_CHAIR: 'Standing vice-chair (phó chủ tịch thường trực).',
  VICE_CHAIR: 'Vice-chair (phó chủ tịch).',
  COMMITTEE_MEMBER: 'Member of the executive or standing committee (ủy viên ban chấp hành, ban thường vụ).',
  OTHER: 'Anything else, which `title` says.',
});
export type PositionRole = keyof typeof PositionRole;
export type Precision = keyof typeof DatePrecision;

const PRECISION = (field: string): string => `How much of \`${field}\` is known.`;

@ObjectType({ implements: Node, description: 'That somebody holds, or held, a position in a unit, by one source.' })
export class Position extends Annotated implements Keyed {
  key!: number;
  personKey!: number;
  unitKey!: number;

  @Field(() => PositionRole, { description: 'Which position.' })
  role!: PositionRole;

  @Field(() => String, { nullable: true, description: 'How the position is called; null unless it is said.' })
  title!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it is held; null where unknown.' })
  from!: Day | null;

  @Field(() => DatePrecision, { description: PRECISION('from') })
  fromPrecision!: Precision;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it is no longer held; null: it still is, or nobody knows.' })
  to!: Day | null;

  @Field(() => DatePrecision, { description: PRECISION('to') })
  toPrecision!: Precision;

  @Field(() => DateScalar, { nullable: true, description: 'A day on which it was held, by its source: how old this knowledge is. Null where the source tells of no day but the first.' })
  statedOn!: Day | null;

  @Field(() => DatePrecision, { description: PRECISION('statedOn') })
  statedOnPrecision!: Precision;
}

@InputType({
  description: 'A position as it is to be known. Person, unit, role and the first day (or, where that is unknown, the day on which it was held) tell which one it is. What is left out is empty, also where it was not.',
})
export class SavePositionInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the person.' })
  person!: string;

  @Field(() => String, { description: 'Code of the unit, of which the caller is an ADMIN.' })
  unit!: string;

  @Field(() => PositionRole, { description: 'Which position.' })
  role!: PositionRole;

  @Field(() => String, { nullable: true, description: 'How it is called: at most 500 characters. A position of role OTHER has one.' })
  title?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it is held, today or before. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: `${PRECISION('from')} DAY unless given.` })
  fromPrecision?: Precision | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it is no longer held: not before the first day. One that was never held ends on its first day, or with `from` (else `statedOn`) said again in the same precision; ADMINs of the unit alone still find it. BAD_USER_INPUT unless a date.' })
  to?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: `${PRECISION('to')} DAY unless given.` })
  toPrecision?: Precision | null;

  @Field(() => DateScalar, { nullable: true, description: 'A day on which it was held, today or before. Required where `from` is unknown. BAD_USER_INPUT unless a date.' })
  statedOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: `${PRECISION('statedOn')} DAY unless given.` })
  statedOnPrecision?: Precision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Of a position that is there: its `from`, or `statedOn` where that is null, as it was until now; to be given where that changes. BAD_USER_INPUT unless a date.' })
  was?: unknown;
}

@ObjectType({ description: 'What `savePosition` did.' })
export class SavePositionPayload extends CommandPayload {
  @Field(() => Position, { nullable: true, description: 'The position as it is known now, also where the version was not the expected one; null where there is none to show.' })
  position!: Position | null;
}
