import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

export const AimDirection = defineEnum('AimDirection', 'Whether something is to become more or less.', {
  UP: 'More.',
  DOWN: 'Less.',
  HOLD: 'Neither: it is to stay.',
});
export type AimDirection = keyof typeof AimDirection;

@ObjectType({ implements: Node, description: 'What a unit wants to achieve in a campaign, in words (chỉ tiêu định tính). It has no number: it is no target, and nothing is computed from it.' })
export class Aim extends Annotated implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number;
  phaseKey!: number | null;
  indicatorKey!: number | null;
  /** For cursors and the audit log. */
  unitCode!: string;
  campaignCode!: string;
  phaseCode!: string | null;
  indicatorCode!: string | null;

  @Field(() => String, { description: 'Code that names it among the aims of its unit in the campaign.' })
  code!: string;

  @Field(() => AimDirection, { nullable: true, description: 'Whether something is to become more or less; null where that is not said.' })
  direction!: AimDirection | null;

  @Field(() => String, { description: 'What is to be achieved, in Vietnamese.' })
  text!: string;
}

export const AimConnection = connectionOf(() => Aim, 'Aim', 'aims');

@ArgsType()
export class AimListArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'In the campaign of this code; in any where left out. An unknown code gives an empty list.' })
  campaign?: string | null;
}

@InputType({ description: 'An aim to be stated, or what is to be changed of one. Fields left out stay as they are; null takes out what is there.' })
export class SaveAimInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is an APPROVER.' })
  unit!: string;

  @Field(() => String, { description: 'Code of the campaign; one that is not launched yet takes aims of the unit that drafts it alone, one that is closed none.' })
  campaign!: string;

  @Field(() => String, { description: 'Its code among the aims of the unit in the campaign, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'Code of the phase that it is for.' })
  phase?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the indicator that it is about.' })
  indicator?: string | null;

  @Field(() => AimDirection, { nullable: true, description: 'Whether something is to become more or less.' })
  direction?: AimDirection | null;

  @Field(() => String, { nullable: true, description: 'What is to be achieved, at most 2,000 characters. A new aim has to say it; it cannot be null.' })
  text?: string | null;
}

@ObjectType({ description: 'What `saveAim` did.' })
export class SaveAimPayload extends CommandPayload {
  @Field(() => Aim, { nullable: true, description: 'The aim; as it is where expectedVersion is stale, else null where nothing was done.' })
  aim!: Aim | null;
}
