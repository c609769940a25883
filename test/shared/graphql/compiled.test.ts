import { getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { buildSchema } from '../../../src/schema.js';
import { queries } from '../../../src/explorer/queries/index.js';
import { compile } from '../../../src/shared/graphql/compiled.js';

const schema = await buildSchema();
const isCompiled = (text: string): boolean => {
  const document = parse(text);
  return compile(schema, document, getOperationAST(document, null)!) !== undefined;
};
const many = (count: number, of: (i: number) => string): string => Array.from({ length: count }, (_, i) => of(i)).join(' ');

describe('what is compiled', () => {
  test.each(queries.map(({ id, document }) => [id, document]))('%s, as anything that people ask', (_, document) => expect(isCompiled(document)).toBe(true));

  test('not what would take long, and fill the memory', () => {
    const parents = (count: number): string => `{ orgUnit(code: "TLD") { ${many(count, (i) => `p${i}: parent { code }`)} } }`;
    expect([isCompiled(parents(100)), isCompiled(parents(200))]).toEqual([true, false]);
    // Of a fragment as often as it is spread.
    expect(isCompiled(`{ orgUnit(code: "TLD") { ${many(20, (i) => `p${i}: parent { ...names }`)} } } fragment names on OrgUnit { ${many(20, (i) => `n${i}: name`)} }`)).toBe(false);
    // Of an interface for each of its types.
    const nodes = (count: number): string => `{ ${many(count, (i) => `n${i}: node(id: "x") { ... on Node { id } }`)} }`;
    expect([isCompiled(nodes(5)), isCompiled(nodes(60))]).toEqual([true, false]);
  });
});
