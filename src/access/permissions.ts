import { createRequire } from 'node:module';
import util from 'node:util';
import { defaultFieldResolver, isObjectType, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { allow as Allow, deny as Deny, rule as Rule, shield as Shield } from 'graphql-shield';
import type { Context } from '../context.js';
import { Forbidden } from '../shared/errors.js';
import { Unauthenticated } from './refusals.js';

// Its ESM build, and the CommonJS one of a dependency, call what Node no longer has.
Object.assign(util, { isUndefined: (value: unknown) => value === undefined });
const { allow, deny, rule, shield } = createRequire(import.meta.url)('graphql-shield') as {
  allow: typeof Allow;
  deny: typeof Deny;
  rule: typeof Rule;
  shield: typeof Shield;
};

/** A caller who holds a role somewhere: where, the rows and the command say. */
const holds = (setting: 'admin' | 'publisher' | 'approver' | 'reporter' | 'scope', what: string) =>
  rule(`holds_${setting}`, { cache: 'no_cache' })(async (_parent: unknown, _args: unknown, { caller, reads }: Context) => {
    // What a rule throws counts as false, and is lost; what it returns is the answer.
    try {
      if (caller.principal === null) return new Unauthenticated('no credential');
      return (await reads.setting(`liendoan.${setting}`)) === '' ? new Forbidden(`This takes ${what}.`) : true;
    } catch (error) {
      return error instanceof Error ? error : new Error('a rule failed', { cause: error });
    }
  });

const member = holds('scope', 'a role from VIEWER on');
const admin = holds('admin', 'an ADMIN');
const publisher = holds('publisher', 'a CAMPAIGN_MANAGER');
const approver = holds('approver', 'an APPROVER');
const reporter = holds('reporter', 'a REPORTER');

/** Who may call what. What stands nowhere here is denied; which rows an allowed operation sees is row-level security's. */
export const permissions = {
  Query: {
    viewer: allow,
    node: allow,
    search: allow,
    orgUnit: allow,
    orgUnits: allow,
    campaign: allow,
    campaigns: allow,
    indicator: allow,
    indicators: allow,
    work: allow,
    practiceModel: allow,
    initiative: allow,
    person: allow,
    document: allow,
    partner: allow,
    event: allow,
    region: allow,
    regions: allow,
    explainAccess: admin,
    auditTrail: member,
    award: allow,
    source: allow,
    claim: allow,
  },
  Mutation: {
    grantRole: admin,
    revokeGrant: admin,
    createApiKey: admin,
    revokeApiKey: admin,
    publishTotal: publisher,
    withdrawPublication: publisher,
    discloseRecord: publisher,
    withdrawDisclosure: publisher,
    saveWork: reporter,
    plaqueWork: approver,
    savePracticeModel: reporter,
    markModelExemplary: approver,
    saveInitiative: reporter,
    advanceInitiative: reporter,
    advanceInitiatives: reporter,
    feedInitiativeCounts: reporter,
    saveResult: reporter,
    submitResult: reporter,
    submitResults: reporter,
    correctResult: reporter,
    withdrawResult: reporter,
    approveResult: approver,
    approveResults: approver,
    returnResult: approver,
    assignTargets: approver,
    setOwnTarget: approver,
    registerTarget: reporter,
    approveTarget: approver,
    returnTarget: approver,
    withdrawTarget: reporter,
    draftCampaign: publisher,
    implementCampaign: publisher,
    launchCampaign: publisher,
    closeCampaign: publisher,
    saveCampaignPhase: publisher,
    adoptCampaign: publisher,
    leaveCampaign: publisher,
    saveDocument: publisher,
    saveAim: approver,
    saveAnnualTheme: publisher,
    savePartner: reporter,
    saveEvent: reporter,
    saveReportingRound: publisher,
    nominateAward: reporter,
    reviewAward: approver,
    declineAward: approver,
    decideAward: approver,
    presentAward: reporter,
    revokeAward: approver,
    endReportingRound: publisher,
    savePerson: reporter,
    savePosition: admin,
    saveContact: admin,
    saveCluster: admin,
    publishRanks: publisher,
    saveStatedRank: reporter,
  },
  Subscription: {
    progressChanged: member,
  },
};

type Resolve = GraphQLFieldResolver<unknown, Context>;
type Guard = (resolve: Resolve, source: unknown, args: object, context: Context, info: GraphQLResolveInfo) => unknown;

const denied: Resolve = () => {
  throw new Forbidden('This is not open to callers.');
};

/** Puts the permissions before the root fields of a schema, and before nothing else: the rows below are scoped already. */
export function guard(schema: GraphQLSchema, tree: object = permissions): void {
  const generated = shield(tree as typeof permissions, {
    fallbackRule: deny,
    // Null: a rule said no. What a resolver threw stays what it is, for the log and for the caller.
    fallbackError: (error: unknown) =>
      error === null ? new Forbidden('This is not open to callers.') : error instanceof Error ? error : new Error('a resolver failed', { cause: error }),
  }).generate(schema) as Record<string, Record<string, Guard | { resolve: Guard }>>;
  const guarded = (before: Guard | undefined, resolve: Resolve): Resolve =>
    before === undefined ? denied : (source, args, context, info) => before(resolve, source, args, context, info);

  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (!isObjectType(root)) continue;
    for (const field of Object.values(root.getFields())) {
      const made = generated[root.name]?.[field.name];
      const before = typeof made === 'object' ? made.resolve : made;
      // A subscription is refused before it begins, not with its first event.
      if (root === schema.getSubscriptionType()) field.subscribe = guarded(before, (field.subscribe ?? defaultFieldResolver) as Resolve);
      else field.resolve = guarded(before, (field.resolve ?? defaultFieldResolver) as Resolve);
    }
  }
}
