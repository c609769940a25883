import { readFileSync } from 'node:fs';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLSchema,
  getNamedType,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildSchema, printSdl } from '../../src/schema.js';

let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildSchema();
});

describe('the public schema', () => {
  test('every type, field, argument and enum value has a description', () => {
    const silent: string[] = [];
    const look = (name: string, { description }: { description?: string | null }): void => {
      if (!description || description.trim().length < 4) silent.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      if (type !== schema.getQueryType() && type !== schema.getMutationType() && type !== schema.getSubscriptionType()) look(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(silent).toEqual([]);
  });

  test('schema/schema.graphql is what the server serves; `npm run sdl` writes it', () => {
    expect(printSdl(schema)).toBe(readFileSync('schema/schema.graphql', 'utf8'));
  });

  test('every field that takes arguments or gives other things has a resolver of its own, and no resolver is an async wrapper', () => {
    const rowFields = /^(\w+Connection|\w+Edge|\w+Payload|AccessExplanation|AwardTotal|Progress|ProgressChange|ResultOutcome|InitiativeOutcome|InitiativeFunnel|FunnelGroup|Reporting)\./;
    const missing: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || isIntrospectionType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const name = `${type.name}.${field.name}`;
        const inner = String(field.type).replaceAll(/[[\]!]/g, '');
        const needs = field.args.length > 0 || (isObjectType(schema.getType(inner)) && !rowFields.test(name));
        if (needs && field.resolve === undefined) missing.push(name);
        if (field.resolve?.constructor.name === 'AsyncFunction') missing.push(`${name} (async)`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('every mutation takes one input with a key for repeats and the version seen, and says whether it was a repeat', () => {
    const mutations = Object.values(schema.getMutationType()!.getFields());
    expect(mutations.length).toBeGreaterThan(20);
    const odd = mutations.filter(({ args, type }) => {
      const input = args.length === 1 && args[0]!.name === 'input' ? getNamedType(args[0]!.type) : undefined;
      const payload = getNamedType(type);
      if (!isInputObjectType(input) || !isObjectType(payload)) return true;
      const { idempotencyKey, expectedVersion, items } = input.getFields();
      const item = items && getNamedType(items.type);
      const versioned = expectedVersion ?? (isInputObjectType(item) ? item.getFields()['expectedVersion'] : undefined);
      const { replayed, userErrors } = payload.getFields();
      return String(idempotencyKey?.type) !== 'String' || !/^Int!?$/.test(String(versioned?.type)) || String(replayed?.type) !== 'Boolean!' || String(userErrors?.type) !== '[UserError!]!';
    });
    expect(odd.map(({ name }) => name)).toEqual([]);
  });

  test('the names that DESIGN.md fixes are there', () => {
    const fixed: Record<string, string[]> = {
      Query: ['viewer', 'node', 'orgUnit', 'orgUnits', 'campaign', 'campaigns', 'indicator'],
      OrgUnit: ['id', 'code', 'name', 'level', 'kind', 'parent', 'ancestors', 'children', 'progress', 'scorecard', 'results', 'targets'],
      Progress: [
        'unit', 'campaign', 'phase', 'indicator', 'asOf', 'result', 'target', 'completionPercent',
        'unallocated', 'detail', 'unexplained', 'coverage',
      ],
      Total: ['value', 'qualifier', 'asOf', 'origin', 'complete'],
      Coverage: ['expected', 'reported', 'percent'],
      Figure: ['id', 'unit', 'value', 'qualifier', 'asOf', 'coverage', 'status'],
      OrgUnitConnection: ['edges', 'nodes', 'pageInfo', 'totalCount'],
    };
    for (const [name, fields] of Object.entries(fixed)) {
      const type = schema.getType(name);
      expect(isObjectType(type) && Object.keys(type.getFields())).toEqual(expect.arrayContaining(fields));
    }
  });
});
