import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { UserError } from './user-error.js';

const KEY = 'A text of your choice, 1 to 255 characters: the same input sent again under it within 48 hours does nothing more and gets the first answer.';

@InputType({ description: 'What every mutation takes.' })
export abstract class CommandInput {
  @Field(() => String, { nullable: true, description: KEY })
  idempotencyKey?: string | null;
}

@InputType({ description: 'What mutations take that change one thing that is there.' })
export abstract class ChangeInput extends CommandInput {
  @Field(() => Int, { description: 'The `version` that you have seen. If there is another by now, nothing is done: CONFLICT, with the state as it is.' })
  expectedVersion!: number;
}

@InputType({ description: 'What mutations take that may change a thing that is there.' })
export abstract class MaybeChangeInput extends CommandInput {
  @Field(() => Int, { nullable: true, description: 'The `version` that you have seen. If there is another by now, nothing is done: CONFLICT. Left out: whatever version there is.' })
  expectedVersion?: number | null;
}

@InputType({ description: 'What mutations take that make a thing, or change the one that is there.' })
export abstract class SaveInput extends CommandInput {
  @Field(() => Int, { nullable: true, description: 'The `version` that you have seen; 0, also where left out: there is none yet. If that is otherwise by now, nothing is done: CONFLICT, with the state as it is.' })
  expectedVersion?: number | null;
}

@ObjectType({ description: 'What every mutation answers.' })
export abstract class CommandPayload {
  @Field(() => Boolean, { description: 'Whether this is the first answer again, to an `idempotencyKey` that was used before.' })
  replayed!: boolean;

  @Field(() => [UserError], { description: 'What was wrong with the input, and that nothing was done; empty where it was done.' })
  userErrors!: UserError[];
}
