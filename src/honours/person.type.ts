import { Field, InputType, ObjectType } from 'type-graphql';
import { AnnotatedInput, ShownAnnotated } from '../shared/annotated.type.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

@ObjectType({ implements: Node, description: 'Somebody who leads a unit, was awarded or is an author. Of people names are kept, and never how to reach them.' })
export class Person extends ShownAnnotated implements Keyed {
  key!: number;
  unitKey!: number;

  @Field(() => String, { description: 'Code that names the person in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name as a source prints it; null unless that differs.' })
  nameAsPrinted!: string | null;
}

@InputType({ description: 'A person as they are to be known. What is left out is empty, also where it was not.' })
export class SavePersonInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the person, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit. Left out: a new person, whose code is made.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit in which the person works or to which they belong, and of which the caller is a REPORTER; of the one before, too.' })
  unit!: string;

  @Field(() => String, { description: 'Name, 1 to 500 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name as a source prints it, where that differs: at most 500 characters.' })
  nameAsPrinted?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark: at most 2,000 characters. How to reach the person does not belong here.' })
  override note?: string | null;
}

@ObjectType({ description: 'What `savePerson` did.' })
export class SavePersonPayload extends CommandPayload {
  @Field(() => Person, { nullable: true, description: 'The person as they are known now, also where the version was not the expected one; null where there is none to show.' })
  person!: Person | null;
}
