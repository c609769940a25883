import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import type { ValidationContext, ValidationRule } from 'graphql';
import { QueryTooDeep, QueryTooLarge } from '../shared/errors.js';
import { DOCUMENT_LIMITS } from './limits.js';

/** A plug-in's refusal as an error of ours. */
const refusing = (limit: number, refusal: Error) => ({
  n: limit,
  propagateOnRejection: false,
  onReject: [(context: ValidationContext | null): void => context?.reportError(refusal as QueryTooLarge)],
});

const { depth, aliases, directives } = DOCUMENT_LIMITS;

/** How deep and how wide a document may be. Each looks at a fragment once, however often it is spread. */
export const documentRules: readonly ValidationRule[] = [
  maxDepthRule({ ...refusing(depth, new QueryTooDeep(depth)), flattenFragments: true }),
  // Of all names: an alias of __typename is answered like any other.
  maxAliasesRule({ ...refusing(aliases, new QueryTooLarge(`The query has more than ${aliases} aliases.`, aliases)), allowList: [] }),
  maxDirectivesRule(refusing(directives, new QueryTooLarge(`The query has more than ${directives} directives.`, directives))),
] as ValidationRule[];
