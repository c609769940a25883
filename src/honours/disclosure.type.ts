import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Audience } from '../ledger/publication.type.js';
import { connectionOf } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload, MaybeChangeInput } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateTime } from '../shared/scalars.js';

export const DisclosedKind = defineEnum('DisclosedKind', 'What can be shown to readers outside its unit’s scope.', {
  AWARD: 'An award; shown once it is decided.',
  WORK: 'A work.',
  PRACTICE_MODEL: 'A practice model.',
  INITIATIVE: 'An initiative; shown once it is valid.',
  EVENT: 'An event.',
  STATED_RANK: 'A rank that a unit states of itself.',
});
export type DisclosedKind = keyof typeof DisclosedKind;

@ObjectType({ implements: Node, description: 'That an honour of a unit is shown to readers outside the unit’s scope: partners, or everybody. An act, which can be taken back.' })
export class Disclosure implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => DisclosedKind, { description: 'What kind of thing is shown.' })
  of!: DisclosedKind;

  @Field(() => String, { description: 'The thing’s code.' })
  code!: string;

  @Field(() => Audience, { description: 'To whom.' })
  audience!: Audience;

  @Field(() => Boolean, { description: 'Whether persons are named, too.' })
  withNames!: boolean;

  @Field(() => DateTime, { description: 'Since when.' })
  disclosedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back, or another took its place; null while it holds.' })
  endedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was taken back; null where it was not, or another took its place.' })
  endReason!: string | null;

  @Field(() => String, { nullable: true, description: 'Where that it is shown comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever did so.' })
  note!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const DisclosureConnection = connectionOf(() => Disclosure, 'Disclosure', 'disclosures');

@InputType({ description: 'An honour to be shown.' })
export class DiscloseRecordInput extends MaybeChangeInput {
  @Field(() => DisclosedKind, { description: 'What kind of thing.' })
  of!: DisclosedKind;

  @Field(() => String, { description: 'The thing’s code; the caller is a CAMPAIGN_MANAGER of its unit.' })
  code!: string;

  @Field(() => Audience, { description: 'To whom.' })
  audience!: Audience;

  @Field(() => Boolean, { defaultValue: false, description: 'Whether persons are named, too. Ask them first: who has read a name knows it.' })
  withNames!: boolean;

  @Field(() => String, { nullable: true, description: 'A remark, for readers in the unit’s scope; at most 2,000 characters.' })
  note?: string | null;
}

@ObjectType({ description: 'What `discloseRecord` did.' })
export class DiscloseRecordPayload extends CommandPayload {
  @Field(() => Disclosure, { nullable: true, description: 'The disclosure; null where nothing was done.' })
  disclosure!: Disclosure | null;
}

@InputType({ description: 'A disclosure to be taken back.' })
export class WithdrawDisclosureInput extends MaybeChangeInput {
  @Field(() => ID, { description: 'The `id` of the disclosure; the caller is a CAMPAIGN_MANAGER of its unit.' })
  id!: string;

  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@ObjectType({ description: 'What `withdrawDisclosure` did.' })
export class WithdrawDisclosurePayload extends CommandPayload {
  @Field(() => Disclosure, { nullable: true, description: 'The disclosure, ended now or before; null where nothing was done.' })
  disclosure!: Disclosure | null;
}
