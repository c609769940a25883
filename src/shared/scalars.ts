import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

/**
 * These two take any value: a resolver parses it with `parseDay` or `parseInstant`, so that a mistake is BAD_USER_INPUT with the field's path
 * rather than a document rejected as a whole.
 */
export const DateScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'Date',
  description: 'A day as `YYYY-MM-DD`, such as `2022-05-31`, in the calendar of Việt Nam. Anything else is BAD_USER_INPUT.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

export const DateTime = new GraphQLScalarType<unknown, unknown>({
  name: 'DateTime',
  description: 'An instant as ISO 8601: it is given in UTC, such as `2022-05-31T08:15:00.000Z`, and taken in any zone, such as `2022-05-31T15:15:00+07:00`. Anything else is BAD_USER_INPUT.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});

export const Json = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value, most often an object.',
  serialize: (value) => value,
  parseValue: () => refuse('JSON'),
  parseLiteral: () => refuse('JSON'),
});

export const Quantity = new GraphQLScalarType<unknown, number>({
  name: 'Quantity',
  description: 'A JSON number: exact for integers up to 2^53 and for four decimals.',
  serialize: toNumber,
  parseValue: toNumber,
  parseLiteral: (node) => {
    if (node.kind !== Kind.INT && node.kind !== Kind.FLOAT) throw new GraphQLError('A Quantity is a number', { nodes: node });
    return toNumber(node.value);
  },
});

function toNumber(value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) throw new GraphQLError('A Quantity is a number');
  return number;
}

function refuse(name: string): never {
  throw new GraphQLError(`${name} is read only`);
}
