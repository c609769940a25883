import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { DatePrecision } from '../campaigns/campaign.type.js';
import { BENEATH, Qualifier } from '../org-units/org-unit.type.js';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

export const EventKind = defineEnum('EventKind', 'What an event is.', {
  CONTEST: 'Contest (hội thi, hội thao, cuộc thi).',
  FESTIVAL: 'Festival (ngày hội, hội diễn).',
  TALK: 'Talks, a dialogue or lectures (tọa đàm, đối thoại, nói chuyện chuyên đề).',
  CEREMONY: 'Ceremony, such as a launch or an honouring (lễ phát động, lễ tuyên dương).',
  REVIEW: 'Review of what was achieved (sơ kết, tổng kết).',
  WELFARE: 'Help for members and workers (chăm lo, thăm hỏi, tặng quà).',
  CONFERENCE: 'Conference or congress (hội nghị, đại hội).',
  ACTIVITY: 'Another activity of the movement (hoạt động, phong trào).',
  OTHER: 'None of the others.',
});
export type EventKind = keyof typeof EventKind;

export const EventCounted = defineEnum('EventCounted', 'What is counted of an event.', {
  PARTICIPANTS: 'People who took part.',
  CONTESTS: 'Contests that were held.',
  TALKS: 'Talks that were held.',
  GIFTS: 'Gifts that were given.',
  OTHER: 'Something else, which `noun` names.',
});
export type EventCounted = keyof typeof EventCounted;

@ObjectType({ description: 'A number told of an event. Several of one kind, told by different sources, stand side by side: they are neither added nor averaged.' })
export class EventCount {
  @Field(() => EventCounted, { description: 'What is counted.' })
  of!: EventCounted;

  @Field(() => Quantity, { nullable: true, description: 'How many; null where there were some and nobody told how many.' })
  value!: string | null;

  @Field(() => Qualifier, { description: 'How exactly it was told.' })
  qualifier!: Qualifier;

  @Field(() => String, { nullable: true, description: 'What is counted, as the source calls it, in Vietnamese: `đoàn viên`, `lượt người`.' })
  noun!: string | null;

  @Field(() => String, { nullable: true, description: 'Where this number comes from; null outside the caller’s scope.' })
  source!: string | null;
}

@ObjectType({ implements: Node, description: 'A contest, festival, talk, ceremony or other event of a unit.' })
export class Event extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number | null;

  @Field(() => String, { description: 'Code that names the event in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => EventKind, { description: 'What it is.' })
  kind!: EventKind;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Which time it was held, such as `lần thứ III`.' })
  edition!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day; null where unknown.' })
  startsOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `startsOn` is known.' })
  startsOnPrecision!: keyof typeof DatePrecision;

  @Field(() => DateScalar, { nullable: true, description: 'Last day; null where unknown.' })
  endsOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `endsOn` is known.' })
  endsOnPrecision!: keyof typeof DatePrecision;

  @Field(() => [EventCount], { description: 'What was counted there, in the order in which it was told.' })
  counts!: EventCount[];

  @Field(() => String, { nullable: true, description: 'What came of it, in words; null outside the caller’s scope.' })
  outcomes!: string | null;
}

export const EventConnection = connectionOf(() => Event, 'Event', 'events');

@InputType({ description: 'Which events to list: those that meet every condition given.' })
export class EventFilter {
  @Field(() => EventKind, { nullable: true, description: 'Of this kind.' })
  kind?: EventKind | null;

  @Field(() => String, { nullable: true, description: 'Of the campaign of this code. An unknown code gives an empty list.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'With the partner of this code. An unknown code gives an empty list.' })
  partner?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Begun on this day or later. A date known to the month or year counts by its last day, an unknown one not at all. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Begun on this day or before. A date known to the month or year counts by its first day, an unknown one not at all. BAD_USER_INPUT unless a date.' })
  to?: unknown;
}

@ArgsType()
export class EventListArgs extends PageArgs {
  @Field(() => EventFilter, { nullable: true, description: 'Conditions; all events where left out.' })
  where?: EventFilter | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

@InputType({ description: 'A number told of an event.' })
export class EventCountInput {
  @Field(() => EventCounted, { description: 'What is counted.' })
  of!: EventCounted;

  @Field(() => Quantity, { nullable: true, description: 'How many, 0 or more, a whole number unless `of` is OTHER; left out: there were some, and nobody told how many.' })
  value?: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly it was told; EXACT unless given.' })
  qualifier?: Qualifier | null;

  @Field(() => String, { nullable: true, description: 'What is counted, as the source calls it, at most 100 characters.' })
  noun?: string | null;

  @Field(() => String, { nullable: true, description: 'Where this number comes from; at most 500 characters.' })
  source?: string | null;
}

@InputType({ description: 'An event to be entered, or what is to be changed of one. Fields left out stay as they are; null takes out what is there.' })
export class SaveEventInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit that held it, of which the caller is a REPORTER.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Its code, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. Left out: a new event, to which the server gives one. CONFLICT where another unit’s has it.' })
  code?: string | null;

  @Field(() => EventKind, { nullable: true, description: 'What it is. A new one has to have a kind; it cannot be null.' })
  kind?: EventKind | null;

  @Field(() => String, { nullable: true, description: 'Name, at most 500 characters. A new one has to have one; it cannot be null.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Which time it was held, at most 100 characters.' })
  edition?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day. BAD_USER_INPUT unless a date.' })
  startsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of that date is known; left out: the day, where the date is given, else as it was.' })
  startsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day, not before the first. BAD_USER_INPUT unless a date.' })
  endsOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of that date is known; left out: the day, where the date is given, else as it was.' })
  endsOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => String, { nullable: true, description: 'Code of the campaign that it belongs to.' })
  campaign?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codes of the partners with whom it was held, all of those that the caller sees: at most 100.' })
  partners?: string[] | null;

  @Field(() => String, { nullable: true, description: 'What came of it, at most 10,000 characters.' })
  outcomes?: string | null;

  @Field(() => [EventCountInput], { nullable: true, description: 'What was counted there, all of it: at most 50.' })
  counts?: EventCountInput[] | null;
}

@ObjectType({ description: 'What `saveEvent` did.' })
export class SaveEventPayload extends CommandPayload {
  @Field(() => Event, { nullable: true, description: 'The event; the one that is in the way, as far as the caller sees it; else null where nothing was done.' })
  event!: Event | null;
}
