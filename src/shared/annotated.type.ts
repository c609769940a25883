import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { SaveInput } from './mutation.type.js';

@ObjectType({ description: 'What is changed by mutations.' })
abstract class Versioned {
  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

@ObjectType({ description: 'What is told by somebody, to readers of its unit.' })
export abstract class Annotated extends Versioned {
  @Field(() => String, { nullable: true, description: 'Where what is said of it comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

@ObjectType({ description: 'What is told by somebody, and is shown outside the scope of its unit too.' })
export abstract class ShownAnnotated extends Versioned {
  @Field(() => String, { nullable: true, description: 'Where what is said of it comes from; null where its unit is outside the caller’s scope.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it; null where its unit is outside the caller’s scope.' })
  note!: string | null;
}

@InputType({ description: 'What mutations take that say what a thing is.' })
export abstract class AnnotatedInput extends SaveInput {
  @Field(() => String, { nullable: true, description: 'Where what is said comes from; at most 500 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'A remark; at most 2,000 characters.' })
  note?: string | null;
}
