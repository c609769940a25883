import type { GraphQLResolveInfo } from 'graphql';
import { Field, FieldResolver, ID, Info, InterfaceType, Resolver, Root } from 'type-graphql';
import { BadUserInput } from './errors.js';

/** A row that `node` can find again. */
export interface Keyed {
  /** The row's number in its table; never shown as it is. */
  key: number | string;
}

@InterfaceType({
  description: 'A thing with an id of its own, which `Query.node` finds again.',
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable id, for `Query.node` and for caches. Arguments name things by code.' })
  id!: string;
}

@Resolver(() => Node)
export class NodeIdResolver {
  @FieldResolver(() => ID)
  id(@Root() row: Keyed, @Info() info: GraphQLResolveInfo): string {
    return encodeNodeId(info.parentType.name, row.key);
  }
}

export function encodeNodeId(type: string, key: number | string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url');
}

/** Undoes `encodeNodeId`; whatever that could not have made is BAD_USER_INPUT. */
export function decodeNodeId(id: string, types: ReadonlySet<string>): { type: string; key: string } {
  const match = /^([A-Za-z]+):([1-9]\d{0,18})$/.exec(Buffer.from(id, 'base64url').toString());
  const [, type = '', key = ''] = match ?? [];
  if (!types.has(type) || encodeNodeId(type, key) !== id) throw new BadUserInput('id', 'id is no id of this server.');
  return { type, key };
}
