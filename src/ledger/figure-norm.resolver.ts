import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import type { Order, Page } from '../shared/connections.js';
import { nestedPage } from '../shared/database/listing.js';
import { Norm, NormConnection, NormListArgs } from './figure-norm.type.js';

const latestFirst: Order<Norm> = {
  name: 'norm.date',
  descending: true,
  keys: [
    { sql: 'n.decided_on', type: 'date', of: ({ decidedOn }) => decidedOn },
    { sql: 'n.id', type: 'bigint', of: ({ key }) => String(key) },
  ],
};

@Resolver(() => OrgUnit)
export class OrgUnitNormResolver {
  @FieldResolver(() => NormConnection, { description: 'Norms set for the unit, the latest decision first; withdrawn ones left out.' })
  norms(@Root() unit: OrgUnit, @Args(() => NormListArgs) { where, ...page }: NormListArgs, @Ctx() { reads }: Context): Promise<Page<Norm>> {
    return nestedPage(reads, page, (bind) => ({
      columns: `n.id as key, n.unit_id as "unitKey", c.code as "campaignCode", p.code as "phaseCode", i.code as "indicatorCode",
        n.counterpart_id as "counterpartKey", n.decided_on as "decidedOn", n.value, n.per, n.qualifier, n.source, n.note`,
      source: `from norm n join campaign c on c.id = n.campaign_id join indicator i on i.id = n.indicator_id
        left join campaign_phase p on p.id = n.phase_id`,
      within: [`n.unit_id = ${bind(unit.key, 'int')}`, 'not n.withdrawn'],
      where: (['c', 'p', 'i'] as const).flatMap((table) => {
        const code = where?.[table === 'c' ? 'campaign' : table === 'p' ? 'phase' : 'indicator'];
        return typeof code === 'string' ? [`${table}.code = ${bind(code, 'text')}`] : [];
      }),
      order: latestFirst,
    }));
  }
}

@Resolver(() => Norm)
export class NormResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit for which it is set.' })
  unit(@Root() norm: Norm, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(norm.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  async campaign(@Root() norm: Norm, @Ctx() context: Context): Promise<Campaign | undefined> {
    return (await context.progress.seriesSetOf(norm))?.campaign;
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase; null: the campaign as a whole.' })
  async phase(@Root() norm: Norm, @Ctx() context: Context): Promise<CampaignPhase | null | undefined> {
    return (await context.progress.seriesSetOf(norm))?.phase;
  }

  @FieldResolver(() => Indicator, { description: 'The indicator.' })
  async indicator(@Root() norm: Norm, @Ctx() context: Context): Promise<Indicator | undefined> {
    return (await context.progress.seriesSetOf(norm))?.indicator;
  }

  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit above that set it; null where the unit itself did, or that is unknown.' })
  counterpart(@Root() norm: Norm, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return norm.counterpartKey === null ? null : orgUnits.byKey(norm.counterpartKey);
  }
}
