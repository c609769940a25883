import { Field, ObjectType } from 'type-graphql';
import { defineEnum } from './enums.js';

export const UserErrorCode = defineEnum('UserErrorCode', 'Why a mutation did nothing.', {
  NOT_FOUND: 'There is no such thing, or none that the caller may see.',
  FORBIDDEN: 'The caller sees it, but may not do this to it.',
  INVALID: 'The value cannot be used; the message says which would do.',
  CONFLICT: 'What is there already is in the way.',
  NOT_ACKNOWLEDGED: 'Something is odd about it, and was not acknowledged: `warnings` tells what.',
  INCOMPLETE: 'Something that it takes is missing; the message names it.',
  NOTHING_REPORTED: 'There is no total to publish.',
  TOO_FEW_UNITS: 'What it would give away comes from one or two units.',
});
export type UserErrorCode = keyof typeof UserErrorCode;

@ObjectType({ description: 'A fault in the input of a mutation, which then changed nothing.' })
export class UserError {
  @Field(() => [String], { description: 'The input field at fault, such as `["input", "unit"]`.' })
  path!: string[];

  @Field(() => UserErrorCode, { description: 'What is wrong; clients branch on this.' })
  code!: UserErrorCode;

  @Field(() => String, { description: 'What is wrong, and what would do, in a sentence.' })
  message!: string;
}
