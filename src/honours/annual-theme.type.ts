import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

@ObjectType({ implements: Node, description: 'The theme of a unit for a year (chủ đề năm).' })
export class AnnualTheme extends Annotated implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => Int, { description: 'The year.' })
  year!: number;

  @Field(() => String, { nullable: true, description: 'The theme in Vietnamese; null where there was one whose words are not known.' })
  text!: string | null;
}

@InputType({ description: 'The theme of a unit for a year, or what is to be changed of it. Fields left out stay as they are; null takes out what is there.' })
export class SaveAnnualThemeInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is a CAMPAIGN_MANAGER.' })
  unit!: string;

  @Field(() => Int, { description: 'The year: 1000 to 9999.' })
  year!: number;

  @Field(() => String, { nullable: true, description: 'The theme, at most 2,000 characters; null: there is one, whose words are not known.' })
  text?: string | null;
}

@ObjectType({ description: 'What `saveAnnualTheme` did.' })
export class SaveAnnualThemePayload extends CommandPayload {
  @Field(() => AnnualTheme, { nullable: true, description: 'The theme; as it is where expectedVersion is stale, else null where nothing was done.' })
  annualTheme!: AnnualTheme | null;
}
