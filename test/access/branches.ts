import { openRowIds } from '../../src/shared/row-ids.js';
import { startTestServer, type Answer, type TestServer, type TestServerOptions } from '../support/server.js';

/** In Việt Nam it is the 16th already. */
export const NOW = new Date('2026-06-15T18:00:00Z');
export const [YESTERDAY, TODAY, TOMORROW] = ['2026-06-15', '2026-06-16', '2026-06-17'] as const;

const unit = (code: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name: `Unit ${code}`, level, kind, parent, validFrom: '2020-01-01' });
const district = (code: string, parent: string) => unit(code, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', parent);
const union = (code: string, parent: string) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', parent);

/** N over P1 (D1 with G1 and G2, D2 with G3) and P2 (D9 with G9). */
const TREE = [
  unit('N', 'NATIONAL', 'CONFEDERATION', null),
  unit('P1', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'), unit('P2', 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N'),
  district('D1', 'P1'), district('D2', 'P1'), district('D9', 'P2'),
  union('G1', 'D1'), union('G2', 'D1'), union('G3', 'D2'), union('G9', 'D9'),
];

/** What the unions reported in a campaign of N, and in one of P2. */
const FIGURES = [
  { type: 'indicator', code: 'I', name: 'I', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
  { type: 'campaign', code: 'K', name: 'K', campaignKind: 'PROGRAMME', launchedBy: 'N' },
  { type: 'campaign', code: 'K2', name: 'K2', campaignKind: 'PROGRAMME', launchedBy: 'P2', phases: [{ code: 'first', name: 'first', startsOn: '2022-01-01', endsOn: '2022-12-31' }] },
  ...['G1', 'G2', 'G3', 'G9'].map((of, i) => ({ type: 'result', unit: of, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf: '2022-01-01', value: i + 1 })),
  { type: 'result', unit: 'G9', campaign: 'K2', phase: 'first', indicator: 'I', coverage: 'OWN', asOf: '2022-01-01', value: 7 },
];

export interface Branches extends TestServer {
  /** Asks as a principal with a token; null: anonymous. */
  ask(principal: string | null, document: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Calls a mutation that takes one input; answers with its payload. Fails on a GraphQL error. */
  act(principal: string, mutation: string, input: object): Promise<Payload>;
  /** Codes of the GraphQL errors that a mutation gives. */
  refusal(principal: string | null, mutation: string, input: object): Promise<unknown>;
  /** The id of a row, as callers have it. */
  idOf(type: string, row: number | string): string;
  rows<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
}

export interface Payload {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
  readonly [thing: string]: any;
  readonly userErrors: { path: string[]; code: string; message: string }[];
}

const FIGURE = '{ id unit { code } value qualifier measure basis asOf status coverage version counterpart { code } note source }';
const CAMPAIGN = `campaign { code name status version launchedOn closedOn kind theme objective startsOn startsOnPrecision endsOn launchedBy { code } implements { code } precededBy { code }
  linkedCampaigns { code } phases { code kind startsOn } indicators { code } }`;
const SELECTIONS: Record<string, string> = {
  grantRole: 'grant { id principal role from to grantedBy grantedAt revokedAt orgUnit { code } }',
  revokeGrant: 'grant { id principal role revokedAt revokedBy }',
  createApiKey: 'secret apiKey { keyId name principal createdAt createdBy expiresOn revokedAt revokedBy lastUsedAt orgUnit { code } }',
  revokeApiKey: 'apiKey { keyId revokedAt revokedBy }',
  publishTotal: 'publication { id asOf audience note total { value } unit { code } }',
  withdrawPublication: 'publication { id endedAt endReason }',
  saveResult: 'figure { id }', submitResult: 'figure { id }', submitResults: 'done', correctResult: 'figure { id }', withdrawResult: 'figure { id }',
  approveResult: 'figure { id }', approveResults: 'done', returnResult: 'figure { id }',
  assignTargets: `replayed allocation { unit { code } asOf version allocated unallocated overAllocated targetBasis target { value origin } shares { unit { code } value previous weight } } figures ${FIGURE}`,
  ...Object.fromEntries(['setOwnTarget', 'registerTarget', 'approveTarget', 'returnTarget', 'withdrawTarget'].map((name) => [name, `replayed figure ${FIGURE}`])),
  draftCampaign: `replayed ${CAMPAIGN}`,
  implementCampaign: `replayed ${CAMPAIGN}`,
  launchCampaign: `replayed missing ${CAMPAIGN}`,
  closeCampaign: `replayed ${CAMPAIGN}`,
  saveCampaignPhase: `replayed phase { code name kind theme startsOn startsOnPrecision endsOn endsOnPrecision } ${CAMPAIGN}`,
  saveReportingRound: 'round { code version }',
  endReportingRound: 'round { code version }',
  saveDocument: 'replayed document { code kind title number issuedOn issuedOnPrecision termFrom termTo unit { code } basisOf { code } guides { code } version source }',
  saveAim: 'replayed aim { code unit { code } campaign { code } phase { code } indicator { code } direction text version }',
  saveAnnualTheme: 'replayed annualTheme { unit { code } year text version source }',
  savePartner: 'replayed partner { code unit { code } name kind version }',
  saveEvent: 'replayed event { code unit { code } kind name edition startsOn startsOnPrecision endsOn campaign { code } partners { code } outcomes counts { of value qualifier noun source } version source }',
  savePerson: 'replayed person { id code name nameAsPrinted unit { code } source note version }',
  savePosition: 'replayed position { id person { code } unit { code } role title from fromPrecision to toPrecision statedOn statedOnPrecision source note version }',
  saveContact: 'replayed contact { address phones fax email website source note version }',
  saveCluster: 'replayed cluster { id code name kind year owner { code } leadUnit { code } members(first: 100) { nodes { code } } source note version }',
  saveWork: 'work { code version }', plaqueWork: 'work { code version }', savePracticeModel: 'model { code version }', markModelExemplary: 'model { code version }',
  saveInitiative: 'initiative { code version }', advanceInitiative: 'initiative { code version }', advanceInitiatives: 'done', feedInitiativeCounts: 'figures { id }',
  ...Object.fromEntries(['nominate', 'review', 'decline', 'decide', 'present', 'revoke'].map((step) => [`${step}Award`, 'award { code version }'])),
  discloseRecord: 'disclosure { id }', withdrawDisclosure: 'disclosure { id }', publishRanks: 'campaign { code }', saveStatedRank: 'rank { code }',
  adoptCampaign: 'replayed adoption { unit { code } campaign { code } adoptedOn manner endedAt version }',
  leaveCampaign: 'replayed adoption { unit { code } campaign { code } adoptedOn manner endedAt version }',
};

function documentOf(mutation: string): string {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${SELECTIONS[mutation]} userErrors { path code message } } }`;
}

/** A server over a small tree of its own. */
export async function startBranches(options: TestServerOptions = {}): Promise<Branches> {
  const server = await startTestServer({ seed: false, now: NOW, ...options });
  await server.load([...TREE, ...FIGURES]);
  const ask: Branches['ask'] = async (principal, document, variables) =>
    server.query(document, variables, { as: principal === null ? null : await server.tokenFor(principal) });
  const ids = await openRowIds(server.api.pool);
  return {
    ...server,
    ask,
    idOf: (type, row) => ids.seal(type, row),
    act: async (principal, mutation, input) => {
      const { data, errors } = await ask(principal, documentOf(mutation), { input });
      if (errors !== undefined) throw new Error(`${mutation}(${JSON.stringify(input)}): ${JSON.stringify(errors)}`);
      return data[mutation];
    },
    refusal: async (principal, mutation, input) => (await ask(principal, documentOf(mutation), { input })).errors?.map(({ extensions }) => extensions['code']),
    rows: async <Row extends object>(sql: string, values: unknown[] = []) => (await server.db.pool.query<Row>(sql, values)).rows,
  };
}
