import { buildSchema as buildFromSdl, graphql, subscribe, parse, type ExecutionResult, type GraphQLField, type GraphQLSchema } from 'graphql';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guard, permissions } from '../../src/access/permissions.js';
import { ACTIONS } from '../../src/access/role.rules.js';
import type { Context } from '../../src/context.js';
import { buildSchema } from '../../src/schema.js';
import { BadUserInput, Unavailable } from '../../src/shared/errors.js';
import { startBranches, type Branches } from './branches.js';

const rootsOf = (schema: GraphQLSchema) => [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((root) => root != null);
const named: Record<string, Record<string, unknown>> = permissions;

describe('who may call what', () => {
  test('is said of every root field of the schema, and of no other', async () => {
    const schema = await buildSchema();
    const fields = rootsOf(schema).flatMap((root) => Object.keys(root.getFields()).map((field) => `${root.name}.${field}`));
    const listed = Object.entries(named).flatMap(([type, rules]) => Object.keys(rules).map((field) => `${type}.${field}`));
    expect(listed.sort()).toEqual(fields.sort());
    for (const rules of Object.values(named)) for (const rule of Object.values(rules)) expect(rule).toBeTypeOf('object');
  });

  test('no rule stands for more than the field that it names', () => {
    for (const rules of Object.values(named)) expect(rules).not.toHaveProperty('*');
    expect(Object.keys(named).sort()).toEqual(['Mutation', 'Query', 'Subscription']);
  });
});

/** A schema like ours, whose fields note that they were called. */
function sample(tree: object): { schema: GraphQLSchema; called: string[] } {
  const schema = buildFromSdl('type Query { listed: String, unlisted: String, other: String } type Mutation { listed: String, unlisted: String } type Subscription { listed: String, unlisted: String }');
  const called: string[] = [];
  for (const root of rootsOf(schema)) {
    for (const field of Object.values(root.getFields()) as GraphQLField<unknown, unknown>[]) {
      if (root === schema.getSubscriptionType()) {
        field.subscribe = async function* () {
          called.push(`${root.name}.${field.name}`);
          yield { [field.name]: 'event' };
        };
      } else {
        field.resolve = () => {
          called.push(`${root.name}.${field.name}`);
          return 'done';
        };
      }
    }
  }
  guard(schema, tree);
  return { schema, called };
}

const codesOf = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions['code']);
/** A caller whose session has these settings, or cannot be begun. */
const contextOf = (principal: string | null, setting: (name: string) => Promise<string>): Context => ({ caller: { principal, class: 'MEMBER' }, reads: { setting } }) as unknown as Context;
const stranger = () => contextOf('stranger', async () => '');

describe('a root field that is not listed', () => {
  const { allow } = createRequire(import.meta.url)('graphql-shield') as { allow: object };
  const listed = { Query: { listed: allow }, Mutation: { listed: allow }, Subscription: { listed: allow } };

  test.each(['{ unlisted }', 'mutation { unlisted }', '{ a: other b: unlisted ...F } fragment F on Query { unlisted }'])('is FORBIDDEN and never called: %s', async (source) => {
    const { schema, called } = sample(listed);
    const result = await graphql({ schema, source, contextValue: stranger() });
    expect(new Set(codesOf(result))).toEqual(new Set(['FORBIDDEN']));
    expect(called).toEqual([]);
  });

  test('as a subscription does not begin', async () => {
    const { schema, called } = sample(listed);
    expect(codesOf((await subscribe({ schema, document: parse('subscription { unlisted }'), contextValue: stranger() })) as ExecutionResult)).toEqual(['FORBIDDEN']);
    expect(called).toEqual([]);
    const events = (await subscribe({ schema, document: parse('subscription { listed }'), contextValue: stranger() })) as AsyncGenerator<ExecutionResult>;
    expect((await events.next()).value).toEqual({ data: { listed: 'event' } });
  });

  test('is FORBIDDEN where its whole type is not', async () => {
    const { schema, called } = sample({ Query: { listed: allow } });
    expect(codesOf(await graphql({ schema, source: 'mutation { listed }', contextValue: stranger() }))).toEqual(['FORBIDDEN']);
    expect(codesOf((await subscribe({ schema, document: parse('subscription { listed }'), contextValue: stranger() })) as ExecutionResult)).toEqual(['FORBIDDEN']);
    expect(called).toEqual([]);
  });

  test('leaves those that are listed alone', async () => {
    const { schema, called } = sample(listed);
    const result = await graphql({ schema, source: '{ listed unlisted }', contextValue: stranger() });
    expect(result).toMatchObject({ data: { listed: 'done', unlisted: null }, errors: [{ path: ['unlisted'] }] });
    expect(called).toEqual(['Query.listed']);
  });

  test('a rule for a field that there is not is refused at the start', () => {
    expect(() => sample({ Query: { listde: allow } })).toThrow('Query.listde');
  });
});

describe('a rule', () => {
  const tree = { Query: { listed: permissions.Query.explainAccess }, Mutation: { listed: permissions.Mutation.publishTotal } };
  const run = (contextValue: Context, source = '{ listed }') => {
    const { schema, called } = sample(tree);
    return graphql({ schema, source, contextValue }).then((result) => ({ ...result, codes: codesOf(result), called }));
  };

  test('asks for a session setting of its own role', async () => {
    const holding = (...names: string[]) => contextOf('x', async (name) => (names.includes(name) ? '{1}' : ''));
    expect(await run(holding('liendoan.admin'))).toMatchObject({ data: { listed: 'done' }, called: ['Query.listed'] });
    expect(await run(holding('liendoan.publisher', 'liendoan.scope', 'liendoan.partner'))).toMatchObject({ codes: ['FORBIDDEN'], called: [] });
    expect(await run(holding('liendoan.publisher'), 'mutation { listed }')).toMatchObject({ data: { listed: 'done' } });
    expect(await run(holding('liendoan.admin'), 'mutation { listed }')).toMatchObject({ codes: ['FORBIDDEN'], called: [] });
  });

  test('refuses anonymous callers without a look at the database', async () => {
    const { codes, called } = await run(contextOf(null, () => Promise.reject(new Error('asked'))));
    expect({ codes, called }).toEqual({ codes: ['UNAUTHENTICATED'], called: [] });
  });

  test('that fails keeps its error, and lets nobody in', async () => {
    expect(await run(contextOf('x', () => Promise.reject(new Unavailable())))).toMatchObject({ codes: ['UNAVAILABLE'], called: [] });
    const broken = await run(contextOf('x', () => Promise.reject(new Error('a bug'))));
    expect(broken).toMatchObject({ errors: [{ message: 'a bug' }], called: [] });
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- drivers do
    expect(await run(contextOf('x', () => Promise.reject('no error at all')))).toMatchObject({ errors: [{ message: 'a rule failed' }], called: [] });
  });

  test('leaves what a resolver throws as it is', async () => {
    for (const [thrown, message, code] of [
      [new BadUserInput('x', 'x is bad'), 'x is bad', 'BAD_USER_INPUT'],
      [new Error('a bug'), 'a bug', undefined],
      ['no error at all', 'a resolver failed', undefined],
      [null, 'This is not open to callers.', 'FORBIDDEN'],
    ] as const) {
      const schema = buildFromSdl('type Query { listed: String }');
      schema.getQueryType()!.getFields()['listed']!.resolve = () => {
        throw thrown;
      };
      guard(schema, { Query: tree.Query });
      const result = await graphql({ schema, source: '{ listed }', contextValue: contextOf('x', async () => '{1}') });
      expect(result.errors).toMatchObject([{ message }]);
      expect(codesOf(result)).toEqual([code]);
    }
  });
});

describe('at the server', () => {
  let server: Branches;
  beforeAll(async () => {
    server = await startBranches({ connections: 3 });
    await server.grant('viewer@N', 'VIEWER', 'N');
    await server.grant('reporter@N', 'REPORTER', 'N');
    await server.grant('approver@N', 'APPROVER', 'N');
    await server.grant('partner@N', 'PARTNER', 'N');
    await server.grant('manager@N', 'CAMPAIGN_MANAGER', 'N');
    await server.grant('admin@D1', 'ADMIN', 'D1');
  }, 120_000);
  afterAll(() => server?.close());

  const INPUTS: Record<string, () => object> = {
    grantRole: () => ({ principal: 'x', role: 'VIEWER', unit: 'X' }),
    revokeGrant: () => ({ id: server.idOf('Grant', 999_999) }),
    createApiKey: () => ({ unit: 'X', name: 'x', expiresOn: '2027-01-01' }),
    revokeApiKey: () => ({ keyId: 'abcdefghijkl' }),
    publishTotal: () => ({ unit: 'X', campaign: 'K', indicator: 'I', audience: 'PUBLIC' }),
    withdrawPublication: () => ({ id: server.idOf('Publication', 999_999), reason: 'x' }),
    saveResult: () => ({ unit: 'X', campaign: 'K', indicator: 'I', coverage: 'OWN', asOf: '2022-01-01', value: 1 }),
    submitResult: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1 }),
    submitResults: () => ({ items: [], mode: 'EACH' }),
    correctResult: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1, value: 1, reason: 'x' }),
    withdrawResult: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1, reason: 'x' }),
    approveResult: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1 }),
    approveResults: () => ({ items: [], mode: 'EACH' }),
    returnResult: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1, reason: 'x' }),
    assignTargets: () => ({ unit: 'X', campaign: 'K', indicator: 'I', method: 'EQUALLY' }),
    setOwnTarget: () => ({ unit: 'X', campaign: 'K', indicator: 'I', value: 1 }),
    registerTarget: () => ({ unit: 'X', campaign: 'K', indicator: 'I', value: 1 }),
    approveTarget: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1 }),
    returnTarget: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1, reason: 'x' }),
    withdrawTarget: () => ({ id: server.idOf('Figure', 999_999), expectedVersion: 1, reason: 'x' }),
    draftCampaign: () => ({ unit: 'X', code: 'x' }),
    implementCampaign: () => ({ unit: 'X', code: 'x', name: 'x', implements: 'K' }),
    launchCampaign: () => ({ code: 'X', expectedVersion: 1 }),
    closeCampaign: () => ({ code: 'X', expectedVersion: 1 }),
    saveCampaignPhase: () => ({ campaign: 'X', code: 'x', expectedVersion: 1 }),
    saveReportingRound: () => ({ campaign: 'X', code: 'x', name: 'x', kind: 'YEAR', due: [], indicators: [] }),
    endReportingRound: () => ({ campaign: 'X', code: 'x', expectedVersion: 1, reason: 'x' }),
    publishRanks: () => ({ campaign: 'X', publishes: true, expectedVersion: 1 }),
    saveStatedRank: () => ({ unit: 'X', campaign: 'K', group: 'NATION', place: 1, asOf: '2022-01-01' }),
    adoptCampaign: () => ({ unit: 'X', campaign: 'K', as: 'LAUNCH' }),
    saveDocument: () => ({ unit: 'X', kind: 'PLAN', title: 'x' }),
    saveAim: () => ({ unit: 'X', campaign: 'K', code: 'x', text: 'x' }),
    saveAnnualTheme: () => ({ unit: 'X', year: 2022 }),
    savePartner: () => ({ unit: 'X', kind: 'OTHER', name: 'x' }),
    saveEvent: () => ({ unit: 'X', kind: 'TALK', name: 'x' }),
    savePerson: () => ({ unit: 'X', name: 'x' }),
    savePosition: () => ({ unit: 'X', person: 'x', role: 'CHAIR', from: '2022-01-01' }),
    saveContact: () => ({ unit: 'X' }),
    saveCluster: () => ({ owner: 'X', name: 'x', kind: 'CLUSTER', year: 2022, members: ['X'] }),
    saveWork: () => ({ unit: 'X', kind: 'WORK', name: 'x' }),
    plaqueWork: () => ({ code: 'X', expectedVersion: 1 }),
    savePracticeModel: () => ({ unit: 'X', name: 'x' }),
    markModelExemplary: () => ({ code: 'X', expectedVersion: 1 }),
    saveInitiative: () => ({ unit: 'X', title: 'x' }),
    advanceInitiative: () => ({ code: 'X', to: 'UPLOADED', expectedVersion: 1 }),
    advanceInitiatives: () => ({ items: [], to: 'UPLOADED', mode: 'EACH' }),
    feedInitiativeCounts: () => ({ unit: 'X', campaign: 'K', asOf: '2022-01-01' }),
    leaveCampaign: () => ({ unit: 'X', campaign: 'K', expectedVersion: 1 }),
    nominateAward: () => ({ unit: 'X', form: 'LETTER_OF_COMMENDATION', issuers: [{ unit: 'X' }] }),
    reviewAward: () => ({ code: 'X', expectedVersion: 1 }),
    declineAward: () => ({ code: 'X', expectedVersion: 1, reason: 'x' }),
    decideAward: () => ({ code: 'X', expectedVersion: 1, decisionNo: 'x' }),
    presentAward: () => ({ code: 'X', expectedVersion: 1 }),
    revokeAward: () => ({ code: 'X', expectedVersion: 1, reason: 'x' }),
    discloseRecord: () => ({ of: 'WORK', code: 'X', audience: 'PUBLIC' }),
    withdrawDisclosure: () => ({ id: server.idOf('Disclosure', 999_999), reason: 'x' }),
  };
  /** Mutations that it takes less or more than a CAMPAIGN_MANAGER to call. */
  const ADMINS = ['grantRole', 'revokeGrant', 'createApiKey', 'revokeApiKey', 'savePosition', 'saveContact', 'saveCluster'];
  const APPROVERS = ['approveResult', 'approveResults', 'returnResult', 'assignTargets', 'setOwnTarget', 'approveTarget', 'returnTarget', 'saveAim', 'plaqueWork', 'markModelExemplary', 'reviewAward', 'declineAward', 'decideAward', 'revokeAward'];
  const REPORTERS = ['saveStatedRank', 'saveResult', 'submitResult', 'submitResults', 'correctResult', 'withdrawResult', 'registerTarget', 'withdrawTarget', 'savePerson', 'savePartner', 'saveEvent', 'saveWork', 'savePracticeModel', 'saveInitiative', 'advanceInitiative', 'advanceInitiatives', 'feedInitiativeCounts', 'nominateAward', 'presentAward'];

  test('every mutation is tried here', () => expect(Object.keys(INPUTS).toSorted()).toEqual(Object.keys(permissions.Mutation).toSorted()));

  test.each(Object.entries(INPUTS))('%s', async (mutation, input) => {
    const codes: Record<string, unknown> = {};
    for (const principal of [null, 'nobody', 'partner@N', 'viewer@N', 'reporter@N', 'approver@N', 'manager@N', 'admin@D1']) codes[String(principal)] = await server.refusal(principal, mutation, input());
    const no = ['FORBIDDEN'];
    const reporter = REPORTERS.includes(mutation) ? undefined : no;
    const approver = APPROVERS.includes(mutation) ? undefined : reporter;
    const manager = ADMINS.includes(mutation) ? no : undefined;
    expect(codes).toEqual({ null: ['UNAUTHENTICATED'], nobody: no, 'partner@N': no, 'viewer@N': no, 'reporter@N': reporter, 'approver@N': approver, 'manager@N': manager, 'admin@D1': undefined });
  });

  test('explainAccess', async () => {
    const code = async (principal: string | null) => (await server.ask(principal, '{ explainAccess(unit: "D1", principal: "x") { reason } }')).errors?.map(({ extensions }) => extensions['code']);
    expect(await code(null)).toEqual(['UNAUTHENTICATED']);
    for (const principal of ['nobody', 'partner@N', 'viewer@N', 'manager@N']) expect(await code(principal)).toEqual(['FORBIDDEN']);
    expect(await code('admin@D1')).toBeUndefined();
  });

  test('what is refused reads nothing but the session', async () => {
    server.statements.length = 0;
    for (const principal of [null, 'viewer@N']) await server.refusal(principal, 'grantRole', INPUTS['grantRole']!());
    expect(server.statements).toEqual([]);
  });

  test('a mistake of the caller and a mistake of the server keep their codes', async () => {
    expect(await server.refusal('admin@D1', 'revokeGrant', { id: 'x' })).toEqual(['BAD_USER_INPUT']);
    await server.rows('alter table role_grant rename column granted_by to granted_by_whom');
    try {
      const { errors } = await server.ask('admin@D1', 'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { userErrors { code } } }', { input: INPUTS['revokeGrant']!() });
      expect(errors).toMatchObject([{ message: expect.stringMatching(/^Something went wrong on the server/), extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/./) } }]);
      expect(JSON.stringify(errors)).not.toMatch(/granted_by|role_grant|select/);
    } finally {
      await server.rows('alter table role_grant rename column granted_by_whom to granted_by');
    }
  });

  test('without the database all is UNAVAILABLE, and open to nobody; then the server goes on', async () => {
    const [row] = await server.rows<{ name: string }>('select current_database() as name');
    const asks: [string, string][] = [
      ['{ explainAccess(unit: "D1", principal: "x") { reason } }', 'explainAccess'],
      [`{ viewer { ${ACTIONS[0]}: can(action: ${ACTIONS[0]}, unit: "D1") } }`, 'viewer'],
      ['mutation { grantRole(input: { principal: "meanwhile", role: VIEWER, unit: "D1" }) { userErrors { code } } }', 'grantRole'],
    ];
    const part = async () => Promise.all(asks.map(([document]) => server.ask('admin@D1', document)));
    // As a server that has no connection to give.
    await server.rows(`alter database ${row!.name} connection limit 0`);
    try {
      await server.rows(`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename = 'liendoan_api'`);
      for (const { errors } of await part()) expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    } finally {
      await server.rows(`alter database ${row!.name} connection limit -1`);
    }
    for (const { errors } of await part()) expect(errors).toBeUndefined();
    expect(await server.rows(`select from role_grant where principal = 'meanwhile'`)).toHaveLength(1);
  });

  test.each([
    ['cancelled', 'pg_cancel_backend', 'TIMED_OUT'],
    ['lost', 'pg_terminate_backend', 'UNAVAILABLE'],
  ])('a mutation that is %s half way says so, and leaves nothing', async (_, end, code) => {
    const holder = await server.db.pool.connect();
    try {
      // As another who grants something, and takes long.
      await holder.query('select pg_advisory_lock(715003)');
      const running = server.refusal('admin@D1', 'grantRole', { principal: 'stuck', role: 'VIEWER', unit: 'D1' });
      const waiting = () => server.rows(`select pid from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
      await expect.poll(waiting).toHaveLength(1);
      await server.rows(`select ${end}(pid) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`);
      expect(await running).toEqual([code]);
    } finally {
      await holder.query('select pg_advisory_unlock_all()');
      holder.release();
    }
    expect(await server.rows(`select from role_grant where principal = 'stuck'`)).toEqual([]);
    expect((await server.act('admin@D1', 'grantRole', { principal: `after ${code}`, role: 'VIEWER', unit: 'D1' })).userErrors).toEqual([]);
  });
});
