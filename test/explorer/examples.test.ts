import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { examples } from '../../src/explorer/examples.js';

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

describe('the ready queries of the explorer', () => {
  test.each(examples.map((example) => [example.title, example] as const))('%s: asks for what the schema has', (_, { query }) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
  });

  test('each has one named operation, and no two share a tab name or a title', () => {
    const names = examples.flatMap(({ query }) =>
      parse(query).definitions.flatMap((definition) => (definition.kind === 'OperationDefinition' ? [definition.name?.value] : [])),
    );
    expect(names).toHaveLength(examples.length);
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(examples.length);
    expect(new Set(examples.map(({ title }) => title)).size).toBe(examples.length);
  });

  test('each gives the variables that its operation declares, and the first tab has none', () => {
    for (const { query, variables = {} } of examples) {
      const declared = parse(query).definitions.flatMap((definition) =>
        definition.kind === 'OperationDefinition' ? (definition.variableDefinitions ?? []) : [],
      );
      const names = declared.map(({ variable }) => variable.name.value);
      for (const given of Object.keys(variables)) expect(names).toContain(given);
      for (const { variable, type } of declared) {
        if (type.kind === 'NonNullType') expect(Object.keys(variables)).toContain(variable.name.value);
      }
    }
    // GraphiQL opens the first default tab without its variables.
    expect(examples[0]?.variables).toBeUndefined();
  });
});
