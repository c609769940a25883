import { registerEnumType } from 'type-graphql';

/** Declares a GraphQL enum whose values stand for themselves; every value says what it means. */
export function defineEnum<const Values extends Record<string, string>>(
  name: string,
  description: string,
  values: Values,
): { readonly [Value in keyof Values]: Value } {
  const names = Object.fromEntries(Object.keys(values).map((value) => [value, value]));
  const valuesConfig = Object.fromEntries(Object.entries(values).map(([value, text]) => [value, { description: text }]));
  registerEnumType(names, { name, description, valuesConfig });
  return names as { [Value in keyof Values]: Value };
}
