import { defineConfig } from '@mikro-orm/postgresql';
import type { Options } from '@mikro-orm/postgresql';
import { ApiKey, AuditEntry, AuditSeal, Idempotency, RoleGrant } from './src/access/access.entity.js';
import { StatedRank } from './src/analytics/stated-rank.entity.js';
import { Aim, Campaign, CampaignAdoption, CampaignDocument, CampaignIndicator, CampaignLink, CampaignPhase, Document, Indicator, IndicatorRecord } from './src/campaigns/campaign.entity.js';
import { Award, AwardIssuer, AwardKind, AwardParty, AwardRecipient } from './src/honours/award.entity.js';
import { AnnualTheme, Event, EventCount, EventPartner, Partner } from './src/honours/event.entity.js';
import { Contact, Person, Position } from './src/honours/people.entity.js';
import { Disclosure } from './src/honours/disclosure.entity.js';
import { Balance, BalancePast, Figure, Norm, PartSum, Publication, PublicationEquation, Series } from './src/ledger/ledger.entity.js';
import { Ancestry, Census, CensusPast, EmulationCluster, EmulationClusterMember, MemberCount, OrgUnit, Placement, Region, RegionMember, StructureRecord, StructureSource } from './src/org-units/org-unit.entity.js';
import { Initiative, InitiativeAuthor, InitiativeDetail, InitiativeHistory } from './src/honours/initiative.entity.js';
import { PracticeModel } from './src/honours/practice-model.entity.js';
import { Work } from './src/honours/work.entity.js';
import { ReportingRound, RoundDue, RoundIndicator } from './src/results/reporting.entity.js';
import { SearchBeginning } from './src/search/search.entity.js';
import { Claim, ClaimDisagreement, Source } from './src/sources/source.entity.js';

/** Every entity of every room. */
export const entities: NonNullable<Options['entities']> = [
  Idempotency, RoleGrant, ApiKey, AuditEntry, AuditSeal,
  OrgUnit, Placement, StructureSource, StructureRecord, Ancestry, Census, CensusPast, MemberCount, EmulationCluster, EmulationClusterMember, Region, RegionMember,
  Campaign, CampaignPhase, CampaignLink, CampaignIndicator, CampaignAdoption, Document, CampaignDocument, Aim, Indicator, IndicatorRecord,
  Norm, Series, Figure, Balance, BalancePast, PartSum, Publication, PublicationEquation,
  ReportingRound, RoundDue, RoundIndicator,
  Work, PracticeModel, Initiative, InitiativeDetail, InitiativeAuthor, InitiativeHistory,
  AnnualTheme, Partner, Event, EventPartner, EventCount,
  Person, Position, Contact,
  Disclosure, Source, Claim, ClaimDisagreement,
  Award, AwardIssuer, AwardKind, AwardRecipient, AwardParty,
  StatedRank,
  SearchBeginning,
];

export default defineConfig({ entities, discovery: { warnWhenNoEntities: false } });
