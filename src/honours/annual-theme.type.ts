import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { CommandPayload, SaveInput } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

@ObjectType({ implements: Node, description: 'The theme of a unit for a year (chủ đề năm).' })
export class AnnualTheme implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => Int, { description: 'The year.' })
  year!: number;

  @Field(() => String, { nullable: true, description: 'The theme in Vietnamese; null where there was one whose words are not known.' })
  text!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Where what is said of it comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

@InputType({ description: 'The theme of a unit for a year, or what is to be changed of it. Fields left out stay as they are; null takes out what is there.' })
export class SaveAnnualThemeInput extends SaveInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => Int, { description: 'The year: 1000 to 9999.' })
  year!: number;

  @Field(() => String, { nullable: true, description: 'The theme, at most 2,000 characters; null: there is one, whose words are not known.' })
  text?: string | null;

  @Field(() => String, { nullable: true, description: 'Where what is said comes from; at most 500 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark, at most 2,000 characters.' })
  note?: string | null;
}

@ObjectType({ description: 'What `saveAnnualTheme` did.' })
export class SaveAnnualThemePayload extends CommandPayload {
  @Field(() => AnnualTheme, { nullable: true, description: 'The theme; as it is where expectedVersion is stale, else null where nothing was done.' })
  annualTheme!: AnnualTheme | null;
}
