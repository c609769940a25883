import { Field, InputType, ObjectType } from 'type-graphql';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import { connectionOf } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

export const PartnerKind = defineEnum('PartnerKind', 'What a body is with which units work.', {
  MANAGEMENT: 'The management of an establishment (chuyên môn đồng cấp).',
  GOVERNMENT: 'An authority of the people’s committees (chính quyền).',
  EMPLOYER: 'An employer, or a company.',
  STATE_BODY: 'Another body of state or party.',
  MASS_ORGANISATION: 'A mass organisation, such as the Youth Union or the Women’s Union.',
  OTHER: 'None of the others.',
});
export type PartnerKind = keyof typeof PartnerKind;

@ObjectType({ implements: Node, description: 'A body outside the unions with which a unit works, such as the management or a department.' })
export class Partner extends Annotated implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => String, { description: 'Code that names the partner in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => PartnerKind, { description: 'What it is.' })
  kind!: PartnerKind;
}

export const PartnerConnection = connectionOf(() => Partner, 'Partner', 'partners');

@InputType({ description: 'A partner to be entered, or what is to be changed of one. Fields left out stay as they are; null takes out what is there.' })
export class SavePartnerInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit that works with it, of which the caller is a REPORTER.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Its code, for good: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`. Left out: a new partner, to whom the server gives one. CONFLICT where another unit’s has it.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: 'Name, at most 500 characters. A new one has to have one; it cannot be null.' })
  name?: string | null;

  @Field(() => PartnerKind, { nullable: true, description: 'What it is. A new one has to have a kind; it cannot be null.' })
  kind?: PartnerKind | null;
}

@ObjectType({ description: 'What `savePartner` did.' })
export class SavePartnerPayload extends CommandPayload {
  @Field(() => Partner, { nullable: true, description: 'The partner; the one that is in the way, as far as the caller sees it; else null where nothing was done.' })
  partner!: Partner | null;
}
