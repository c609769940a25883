import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, FieldResolver, ID, Info, InterfaceType, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { BadUserInput } from './errors.js';
import type { RowIds } from './row-ids.js';

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
  id(@Root() row: Keyed, @Ctx() { reads }: Context, @Info() info: GraphQLResolveInfo): string {
    return reads.ids.seal(info.parentType.name, row.key);
  }
}

/** Of which of these types an id is, and of which row; whatever the server has not given out is BAD_USER_INPUT. */
export function decodeNodeId(id: string, types: ReadonlySet<string>, ids: RowIds): { type: string; key: string } {
  const opened = ids.open(id, types);
  if (opened === undefined) throw new BadUserInput('id', 'id is no id of this server.');
  return { type: opened.of, key: opened.number };
}
