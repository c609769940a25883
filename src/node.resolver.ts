import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { auditEntryByKey } from './access/audit.query.js';
import { grantByKey } from './access/grant.query.js';
import { aimByKey } from './campaigns/aim.query.js';
import { statedRankByKey } from './analytics/stated-rank.query.js';
import { campaignByKey, phaseByKey } from './campaigns/campaign.query.js';
import { documentByKey } from './campaigns/document.query.js';
import { indicatorByKey } from './campaigns/indicator.query.js';
import type { Context } from './context.js';
import { awardByKey } from './honours/award.query.js';
import { personByKey } from './honours/person.query.js';
import { positionByKey } from './honours/position.query.js';
import { themeByKey } from './honours/annual-theme.query.js';
import { eventByKey } from './honours/event.query.js';
import { partnerByKey } from './honours/partner.query.js';
import { figureByKey } from './ledger/figure.query.js';
import { disclosureByKey } from './honours/disclosure.query.js';
import { initiativeByKey } from './honours/initiative.query.js';
import { modelByKey } from './honours/practice-model.query.js';
import { workByKey } from './honours/work.query.js';
import { publicationByKey } from './ledger/publication.query.js';
import { clusterByKey } from './org-units/cluster.query.js';
import { unitByKey } from './org-units/org-unit.query.js';
import { regionByKey } from './org-units/region.query.js';
import type { KeyedQuery } from './shared/database/reads.js';
import { roundByKey } from './results/reporting.query.js';
import { claimByKey, sourceByKey } from './sources/source.query.js';
import { decodeNodeId, Node } from './shared/node-id.js';

/** Every type that implements Node, and how it is found. */
const finders: Record<string, KeyedQuery<object>> = {
  OrgUnit: unitByKey,
  EmulationCluster: clusterByKey,
  Region: regionByKey,
  StatedRank: statedRankByKey,
  Campaign: campaignByKey,
  CampaignPhase: phaseByKey,
  Indicator: indicatorByKey,
  Figure: figureByKey,
  Grant: grantByKey,
  AuditEntry: auditEntryByKey,
  Publication: publicationByKey,
  ReportingRound: roundByKey,
  Disclosure: disclosureByKey,
  Work: workByKey,
  PracticeModel: modelByKey,
  Initiative: initiativeByKey,
  Source: sourceByKey,
  Claim: claimByKey,
  Award: awardByKey,
  Person: personByKey,
  Position: positionByKey,
  Document: documentByKey,
  Aim: aimByKey,
  AnnualTheme: themeByKey,
  Partner: partnerByKey,
  Event: eventByKey,
};
const types: ReadonlySet<string> = new Set(Object.keys(finders));

const LARGEST = { int: 2n ** 31n - 1n, bigint: 2n ** 63n - 1n };

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'The thing of an id that this server gave out; null where there is none any more, or none that the caller sees. Any other text is BAD_USER_INPUT.',
  })
  async node(
    @Arg('id', () => ID, { description: 'An `id` of a Node.' }) id: string,
    @Ctx() { reads }: Context,
  ): Promise<object | null> {
    const { type, key } = decodeNodeId(id, types, reads.ids);
    const query = finders[type]!;
    if (BigInt(key) > LARGEST[query.types[0] as keyof typeof LARGEST]) return null;
    const row = await reads.row(query, [key]);
    return row && { ...row, __typename: type };
  }
}
