import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import type { Order, Page } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { type MemberCount, MemberCountArgs, MemberCountConnection } from './member-count.type.js';
import { OrgUnit } from './org-unit.type.js';

const latestFirst: Order<MemberCount> = {
  name: 'count.date',
  descending: true,
  keys: [
    { sql: 'm.as_of', type: 'date', of: ({ asOf }) => asOf },
    { sql: 'm."of"::text', type: 'text', of: ({ of }) => of },
  ],
};

@Resolver(() => OrgUnit)
export class MemberCountResolver {
  @FieldResolver(() => MemberCountConnection, { description: 'Dated numbers of members, workers and unions, the latest first.' })
  memberCounts(
    @Root() unit: OrgUnit,
    @Args(() => MemberCountArgs) args: MemberCountArgs,
    @Ctx() context: Context,
  ): Promise<Page<MemberCount>> {
    return nestedPage(context.reads, args, (bind) => ({
      columns: 'm."of", m.as_of as "asOf", m.value, m.qualifier, m.source, m.note',
      source: 'from member_count m',
      within: [`m.unit_id = ${bind(unit.key, 'int')}`, 'm.ended_at is null'],
      where: args.of ? [`m."of" = ${bind(args.of, 'counted')}`] : [],
      order: latestFirst,
    }));
  }
}
