import 'reflect-metadata';
import { isIntrospectionType, isSpecifiedScalarType, printType, type GraphQLSchema } from 'graphql';
import { buildSchema as buildFromClasses, type NonEmptyArray, type PubSub } from 'type-graphql';
import { ApiKeyResolver } from './access/api-key.resolver.js';
import { AuditResolver } from './access/audit.resolver.js';
import { GrantResolver } from './access/grant.resolver.js';
import { guard } from './access/permissions.js';
import { ViewerResolver } from './access/viewer.resolver.js';
import { OrgUnitRankingResolver, RankingEntryResolver, RankingResolver, RankResolver } from './analytics/ranking.resolver.js';
import { OrgUnitStatedRankResolver, StatedRankClaimsResolver, StatedRankResolver } from './analytics/stated-rank.resolver.js';
import { BreakdownPartResolver, BreakdownResolver, ProgressBreakdownResolver } from './analytics/breakdown.resolver.js';
import { OrgUnitSeriesResolver } from './analytics/series.resolver.js';
import { AdoptionResolver, CampaignAdoptionResolver, OrgUnitAdoptionResolver } from './campaigns/adoption.resolver.js';
import { AimResolver, CampaignAimResolver, OrgUnitAimResolver } from './campaigns/aim.resolver.js';
import { CampaignChangeResolver } from './campaigns/campaign-change.resolver.js';
import { CampaignPhaseResolver, CampaignResolver, OrgUnitCampaignResolver } from './campaigns/campaign.resolver.js';
import { CampaignDocumentResolver, DocumentResolver, OrgUnitDocumentResolver } from './campaigns/document.resolver.js';
import { IndicatorResolver } from './campaigns/indicator.resolver.js';
import type { Context } from './context.js';
import { OrgUnitPeopleResolver, PeopleResolver, PersonResolver, PositionResolver } from './honours/people.resolver.js';
import { NormResolver, OrgUnitNormResolver } from './ledger/figure-norm.resolver.js';
import { FigureResolver, OrgUnitFigureResolver } from './ledger/figure.resolver.js';
import { CoverageResolver, OrgUnitProgressResolver, ProgressResolver } from './ledger/progress.resolver.js';
import { OrgUnitPublicationResolver, PublicationResolver, PublishResolver } from './ledger/publication.resolver.js';
import {
  AwardBreachResolver, AwardIssuerResolver, AwardMutationResolver, AwardRecipientResolver, AwardResolver, AwardTotalResolver, AwardTotalsResolver, CampaignAwardResolver, OrgUnitAwardResolver, PersonAwardResolver,
} from './honours/award.resolver.js';
import { DisclosureResolver, OrgUnitDisclosureResolver } from './honours/disclosure.resolver.js';
import { CampaignRegisterResolver, FunnelGroupResolver, InitiativeResolver, OrgUnitRegisterResolver, PracticeModelResolver, WorkResolver } from './honours/register.resolver.js';
import { ProgressChangeResolver } from './live/progress-change.resolver.js';
import { AnnualThemeResolver, OrgUnitThemeResolver } from './honours/annual-theme.resolver.js';
import { EventResolver, OrgUnitEventResolver } from './honours/event.resolver.js';
import { OrgUnitPartnerResolver, PartnerResolver } from './honours/partner.resolver.js';
import { NodeResolver } from './node.resolver.js';
import { ClusterResolver, OrgUnitClusterResolver } from './org-units/cluster.resolver.js';
import { MemberCountResolver } from './org-units/member-count.resolver.js';
import { ApiKeyUnitResolver, AuditUnitResolver, ExplainedUnitResolver, GrantUnitResolver, OrgUnitAccessResolver } from './org-units/access.resolver.js';
import { OrgUnitResolver } from './org-units/org-unit.resolver.js';
import { CampaignReportingResolver, OrgUnitReportingResolver, ReportingMutationResolver, ReportingResolver, ReportingRoundResolver, RoundCoverageResolver } from './results/reporting.resolver.js';
import { OrgUnitRegionResolver, RegionResolver } from './org-units/region.resolver.js';
import { ResultResolver } from './results/result.resolver.js';
import { TaskResolver, ViewerTaskResolver } from './results/task.resolver.js';
import { SearchResolver } from './search/search.resolver.js';
import { NodeIdResolver } from './shared/node-id.js';
import { usePlainResolvers } from './shared/plain-resolvers.js';
import { claimsResolvers } from './sources/claims.resolver.js';
import { ClaimResolver, OrgUnitClaimResolver, SourceResolver } from './sources/source.resolver.js';
import { AllocationResolver, AllocationShareResolver, AssignResolver, OrgUnitAllocationResolver } from './targets/allocation.resolver.js';
import { ProgressTargetResolver, TargetResolver } from './targets/target.resolver.js';

const resolvers: NonEmptyArray<Function> = [
  NodeIdResolver,
  NodeResolver,
  SearchResolver,
  ViewerResolver,
  GrantResolver,
  ApiKeyResolver,
  AuditResolver,
  AuditUnitResolver,
  GrantUnitResolver,
  ApiKeyUnitResolver,
  ExplainedUnitResolver,
  OrgUnitAccessResolver,
  OrgUnitResolver,
  OrgUnitClusterResolver,
  MemberCountResolver,
  ClusterResolver,
  RegionResolver,
  OrgUnitRegionResolver,
  CampaignResolver,
  CampaignPhaseResolver,
  OrgUnitCampaignResolver,
  CampaignChangeResolver,
  AdoptionResolver,
  CampaignAdoptionResolver,
  OrgUnitAdoptionResolver,
  DocumentResolver,
  CampaignDocumentResolver,
  OrgUnitDocumentResolver,
  AimResolver,
  CampaignAimResolver,
  OrgUnitAimResolver,
  AnnualThemeResolver,
  OrgUnitThemeResolver,
  PartnerResolver,
  OrgUnitPartnerResolver,
  EventResolver,
  OrgUnitEventResolver,
  IndicatorResolver,
  OrgUnitProgressResolver,
  ProgressResolver,
  CoverageResolver,
  OrgUnitFigureResolver,
  FigureResolver,
  OrgUnitNormResolver,
  NormResolver,
  PublishResolver,
  OrgUnitPublicationResolver,
  PublicationResolver,
  AssignResolver,
  TargetResolver,
  OrgUnitAllocationResolver,
  ProgressTargetResolver,
  AllocationResolver,
  AllocationShareResolver,
  ProgressChangeResolver,
  ResultResolver,
  ReportingMutationResolver,
  CampaignReportingResolver,
  ReportingRoundResolver,
  OrgUnitReportingResolver,
  ReportingResolver,
  RoundCoverageResolver,
  AwardResolver,
  AwardMutationResolver,
  AwardIssuerResolver,
  AwardRecipientResolver,
  AwardTotalsResolver,
  AwardTotalResolver,
  AwardBreachResolver,
  OrgUnitAwardResolver,
  CampaignAwardResolver,
  PersonAwardResolver,
  ViewerTaskResolver,
  TaskResolver,
  DisclosureResolver,
  OrgUnitDisclosureResolver,
  WorkResolver,
  PracticeModelResolver,
  InitiativeResolver,
  FunnelGroupResolver,
  OrgUnitRegisterResolver,
  CampaignRegisterResolver,
  SourceResolver,
  ClaimResolver,
  OrgUnitClaimResolver,
  ...claimsResolvers,
  PeopleResolver,
  PersonResolver,
  PositionResolver,
  OrgUnitPeopleResolver,
  OrgUnitRankingResolver,
  RankingResolver,
  RankResolver,
  RankingEntryResolver,
  StatedRankResolver,
  StatedRankClaimsResolver,
  OrgUnitStatedRankResolver,
  OrgUnitSeriesResolver,
  ProgressBreakdownResolver,
  BreakdownResolver,
  BreakdownPartResolver,
];

/** Subscriptions are fed by the database (src/live); type-graphql asks for one all the same. */
const NO_PUB_SUB: PubSub = {
  publish: () => {},
  subscribe: () => {
    throw new Error('Nothing is published in memory');
  },
};

/** The public schema, with every room's resolvers. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const schema = await buildFromClasses({ resolvers, validate: false, pubSub: NO_PUB_SUB });
  usePlainResolvers<Context>(schema, ({ size }, entries) => size.add(entries));
  guard(schema);
  return schema;
}

/** The schema as SDL: types by name, fields and values in the order in which they are meant to be read. */
export function printSdl(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
  types.sort((a, b) => (a.name < b.name ? -1 : 1));
  return `${types.map((type) => printType(type)).join('\n\n')}\n`;
}
