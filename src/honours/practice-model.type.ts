import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { DatePrecision } from '../campaigns/campaign.type.js';
import { BENEATH, Sector } from '../org-units/org-unit.type.js';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { ChangeInput, CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';

export const ModelStatus = defineEnum('ModelStatus', 'Whether a practice model runs.', {
  REGISTERED: 'Registered, and not begun.',
  RUNNING: 'It runs.',
  ENDED: 'It runs no more.',
});
export type ModelStatus = keyof typeof ModelStatus;

@ObjectType({ implements: Node, description: 'A good practice of a unit (mô hình, cách làm hay), such as those of “each grassroots union, one model”.' })
export class PracticeModel extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;
  programmeKey!: number | null;
  basisDocumentKey!: number | null;

  @Field(() => String, { description: 'Code that names the model in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => Sector, { nullable: true, description: 'The sector in which it is at work; null where none is told.' })
  sector!: keyof typeof Sector | null;

  @Field(() => Boolean, { description: 'Whether a unit above has called it exemplary (điển hình), for others to follow.' })
  exemplary!: boolean;

  @Field(() => ModelStatus, { description: 'Whether it runs.' })
  status!: ModelStatus;

  @Field(() => DateScalar, { nullable: true, description: 'When it began; null where unknown.' })
  startedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `startedOn` is known.' })
  startedOnPrecision!: keyof typeof DatePrecision;
}

export const PracticeModelConnection = connectionOf(() => PracticeModel, 'PracticeModel', 'practice models');

@InputType({ description: 'Which practice models to list: those that meet every condition given.' })
export class PracticeModelFilter {
  @Field(() => String, { nullable: true, description: 'Of the programme (a campaign) of this code. An unknown code gives an empty list.' })
  programme?: string | null;

  @Field(() => Sector, { nullable: true, description: 'At work in this sector.' })
  sector?: keyof typeof Sector | null;

  @Field(() => Boolean, { nullable: true, description: 'Called exemplary, or not.' })
  exemplary?: boolean | null;

  @Field(() => ModelStatus, { nullable: true, description: 'Of this status.' })
  status?: ModelStatus | null;

  @Field(() => String, { nullable: true, description: 'Words that all occur in code or name, without regard to case and accents. At most 100 characters, else BAD_USER_INPUT.' })
  search?: string | null;
}

@ArgsType()
export class CampaignModelArgs extends PageArgs {
  @Field(() => PracticeModelFilter, { nullable: true, description: 'Conditions; all models that the caller sees where left out.' })
  where?: PracticeModelFilter | null;
}

@ArgsType()
export class PracticeModelListArgs extends CampaignModelArgs {
  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

@InputType({ description: 'A practice model as it is to be. What is left out is empty, also where it was not; whether it is exemplary stays. Of an exemplary one only `status` is said anew: else CONFLICT.' })
export class SavePracticeModelInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the model, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit. Left out: a new model, to which the server gives one.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit whose model it is, of which the caller is a REPORTER. It stays so.' })
  unit!: string;

  @Field(() => String, { description: 'Name in Vietnamese, 1 to 500 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Code of the programme (a campaign) to which it belongs.' })
  programme?: string | null;

  @Field(() => Sector, { nullable: true, description: 'The sector in which it is at work.' })
  sector?: keyof typeof Sector | null;

  @Field(() => ModelStatus, { nullable: true, description: 'Whether it runs; RUNNING unless given.' })
  status?: ModelStatus | null;

  @Field(() => DateScalar, { nullable: true, description: 'When it began: today or before.' })
  startedOn?: unknown;

  @Field(() => DatePrecision, { nullable: true, description: 'How much of `startedOn` is known; DAY unless given.' })
  startedOnPrecision?: keyof typeof DatePrecision | null;

  @Field(() => String, { nullable: true, description: 'Code of the document on which it rests.' })
  basisDocument?: string | null;
}

@InputType({ description: 'A practice model that is to be exemplary, or no more.' })
export class MarkModelExemplaryInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the model. The caller is an APPROVER of a unit above; at the root, of the root.' })
  code!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is exemplary; true unless given.' })
  exemplary?: boolean | null;
}

@ObjectType({ description: 'What a mutation of a practice model did.' })
abstract class PracticeModelPayload extends CommandPayload {
  @Field(() => PracticeModel, { nullable: true, description: 'The model as it is now, also where its version was not the expected one; null where there is none to show.' })
  model!: PracticeModel | null;
}

@ObjectType({ description: 'What `savePracticeModel` did.' })
export class SavePracticeModelPayload extends PracticeModelPayload {}
@ObjectType({ description: 'What `markModelExemplary` did.' })
export class MarkModelExemplaryPayload extends PracticeModelPayload {}
