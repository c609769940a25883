/**
 * The oracle: executes a document on the world in memory. It computes on the full data and then leaves out what the
 * caller does not see; nothing of the server but the replay of totals is in it.
 */
import { readFileSync } from 'node:fs';
import {
  buildSchema, execute, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isScalarType,
  type DocumentNode, type ExecutionResult, type GraphQLFieldResolver, type GraphQLInputType, type GraphQLSchema,
} from 'graphql';
import type { Sight } from './sight.js';
import { resolvers } from './resolvers.js';
import { typeOf, UNKNOWABLE, type Asked } from './things.js';
import { number } from './numbers.js';

export const SDL = readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8');

/** A field of the schema that the oracle knows nothing of: it is to be taught. */
export class OracleGap extends Error {}

export class Oracle {
  readonly schema: GraphQLSchema = buildSchema(SDL);
  /** All that was asked for and reached: `Type.field`, `Type.field(argument)`, `Input.field`, `Enum.VALUE`. */
  readonly exercised = new Map<string, number>();

  constructor() {
    for (const type of Object.values(this.schema.getTypeMap())) {
      if (isObjectType(type) && !type.name.startsWith('__'))
        for (const field of Object.values(type.getFields())) field.resolve = this.#counting(`${type.name}.${field.name}`, resolvers[type.name]?.[field.name]);
      if (isScalarType(type) && type.name === 'Quantity') type.serialize = (value) => (typeof value === 'bigint' ? number(value) : value);
    }
    const known = Object.entries(resolvers).flatMap(([type, fields]) => Object.keys(fields).map((field) => `${type}.${field}`));
    for (const coordinate of [...known, ...Object.keys(UNKNOWABLE)]) {
      const [name, field] = coordinate.split('.') as [string, string];
      const type = this.schema.getType(name);
      if (!isObjectType(type) || !type.getFields()[field]) throw new OracleGap(`The oracle knows ${coordinate}, the schema does not`);
    }
  }

  async answer(document: DocumentNode, variableValues: Record<string, unknown>, sight: Sight, refused: Asked['refused'] = () => false): Promise<ExecutionResult> {
    const contextValue: Asked = { sight, world: sight.world, refused };
    const result = await execute({ schema: this.schema, document, variableValues, contextValue, typeResolver: (row) => typeOf(row as object) });
    for (const { originalError, extensions } of result.errors ?? []) {
      if (extensions.code === undefined) throw originalError ?? new Error(`The oracle fails: ${JSON.stringify(result.errors)}`);
    }
    return result;
  }

  #counting(name: string, resolve: GraphQLFieldResolver<unknown, Asked> | undefined): GraphQLFieldResolver<unknown, Asked> {
    const count = (what: string) => void this.exercised.set(what, (this.exercised.get(what) ?? 0) + 1);
    const note = (type: GraphQLInputType, value: unknown): void => {
      if (value == null) return;
      if (isNonNullType(type)) return note(type.ofType, value);
      if (isListType(type)) return (value as unknown[]).forEach((item) => note(type.ofType, item));
      if (isEnumType(type)) count(`${type.name}.${String(value)}`);
      if (!isInputObjectType(type)) return;
      for (const [field, given] of Object.entries(value)) {
        count(`${type.name}.${field}`);
        note(type.getFields()[field]!.type, given);
      }
    };
    const [owner, field] = name.split('.') as [string, string];
    return (source, args, asked, info) => {
      count(name);
      for (const argument of info.parentType.getFields()[field]!.args) {
        if (args[argument.name] === undefined) continue;
        count(`${name}(${argument.name})`);
        note(argument.type, args[argument.name]);
      }
      if (resolve) return resolve(source, args, asked, info);
      if (typeof source !== 'object' || source === null || !(field in source)) throw new OracleGap(`The oracle knows nothing of ${owner}.${field}`);
      return (source as Record<string, unknown>)[field];
    };
  }
}

/** All that a run must exercise, so that what is added to the schema is covered too. */
export function everythingIn(schema: GraphQLSchema): string[] {
  const all: string[] = [];
  const inputs = new Set<string>();
  const takes = (type: GraphQLInputType): void => {
    const named = getNamedType(type);
    if (inputs.has(named.name)) return;
    inputs.add(named.name);
    if (isEnumType(named)) all.push(...named.getValues().map(({ name }) => `${named.name}.${name}`));
    if (!isInputObjectType(named)) return;
    for (const field of Object.values(named.getFields())) {
      all.push(`${named.name}.${field.name}`);
      takes(field.type);
    }
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      all.push(`${type.name}.${field.name}`);
      for (const argument of field.args) {
        all.push(`${type.name}.${field.name}(${argument.name})`);
        takes(argument.type);
      }
    }
  }
  return all;
}
