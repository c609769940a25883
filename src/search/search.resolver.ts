import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import type { Page } from '../shared/connections.js';
import { search } from './search.query.js';
import { SearchArgs, SearchResultConnection, type SearchResult } from './search.type.js';

@Resolver()
export class SearchResolver {
  @Query(() => SearchResultConnection, {
    description:
      'Things by their names, among those that the caller sees: best fits first (`score`); of these, what stands higher up (units by level; campaigns after the units of their launcher’s level, all else before grassroots unions), then shorter names, then by code.',
  })
  search(@Args(() => SearchArgs) args: SearchArgs, @Ctx() { reads }: Context): Promise<Page<SearchResult>> {
    return search(reads, args);
  }
}
