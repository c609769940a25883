import { Field, InputType, ObjectType } from 'type-graphql';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { CommandPayload } from '../shared/mutation.type.js';

@ObjectType({ description: 'How a unit, its office and not its people, is reached.' })
export class Contact extends ShownAnnotated {
  unitKey!: number;

  @Field(() => String, { nullable: true, description: 'Postal address; null where unknown.' })
  address!: string | null;

  @Field(() => [String], { description: 'Telephone numbers as they are written, in order.' })
  phones!: string[];

  @Field(() => String, { nullable: true, description: 'Fax number; null where unknown.' })
  fax!: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address; null where unknown.' })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'Address of its website, with or without `https://`; null where unknown.' })
  website!: string | null;
}

@InputType({ description: 'How a unit is to be reached from now on. What is left out is empty, also where it was not.' })
export class SaveContactInput extends AnnotatedInput {
  @Field(() => String, { description: 'Code of the unit, of which the caller is an ADMIN.' })
  unit!: string;

  @Field(() => String, { nullable: true, description: 'Postal address: at most 500 characters.' })
  address?: string | null;

  @Field(() => [String], { nullable: true, description: 'Telephone numbers of the office: at most 10, of 50 characters each.' })
  phones?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Fax number: at most 50 characters.' })
  fax?: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address of the office: at most 254 characters.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'Address of the website, such as `https://congdoan.vn` or `congdoan.vn`: at most 500 characters.' })
  website?: string | null;
}

@ObjectType({ description: 'What `saveContact` did.' })
export class SaveContactPayload extends CommandPayload {
  @Field(() => Contact, { nullable: true, description: 'The contact as it is now, also where the version was not the expected one; null where there is none to show.' })
  contact!: Contact | null;
}
