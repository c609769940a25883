import { startBranches, type Branches } from '../access/branches.js';

const unit = (code: string, level: string, kind: string, parent: string) => ({ type: 'orgUnit', code, name: code, level, kind, parent, validFrom: '2020-01-01' });
const result = (of: string, campaign: string, asOf: string, value: number, more: object = {}) => ({ type: 'result', unit: of, campaign, indicator: 'I', coverage: 'OWN', asOf, value, ...more });
const count = (of: string, asOf: string, value: number, what = 'MEMBERS') => ({ type: 'memberCount', unit: of, of: what, asOf, value });
const campaign = (code: string, more: object) => ({ type: 'campaign', code, name: code, campaignKind: 'PROGRAMME', launchedBy: 'N', ...more });

/** Whatever was said of G1 and G2; G4 to G7 under D3, of which G6 moved to another province and G7 is closed. */
const RECORDS = [
  unit('D3', 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P1'),
  ...['G4', 'G5', 'G6', 'G7'].map((code) => unit(code, 'GRASSROOTS', 'GRASSROOTS_UNION', 'D3')),
  { type: 'placement', unit: 'G6', parent: 'D9', from: '2026-03-01' },
  { type: 'closure', unit: 'G7', on: '2026-01-01' },
  count('G1', '2025-01-01', 100), count('G2', '2025-01-01', 50), count('G4', '2025-01-01', 25), count('G1', '2026-06-01', 0), count('G2', '2026-06-01', 9_999, 'WORKERS'),
  campaign('SHUT', { status: 'CLOSED' }), campaign('PLAN', { status: 'DRAFT', launchedBy: 'P1' }),
  campaign('OLD', { startsOn: '2024-01-01' }),
  campaign('NEW', { startsOn: '2026-01-15', startsOnPrecision: 'MONTH', precededBy: 'OLD', phases: [{ code: 'one', name: 'one', startsOn: '2026-01-15', endsOn: '2026-06-30' }] }),
  { type: 'indicator', code: 'U', name: 'U', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
  { type: 'indicator', code: 'R', name: 'R', unitOfMeasure: '%', aggregation: 'RATIO' },
  result('G1', 'OLD', '2025-12-31', 30), result('G2', 'OLD', '2025-12-31', 10), result('G2', 'OLD', '2026-01-01', 500),
  result('G1', 'NEW', '2026-02-01', 1, { phase: 'one' }), result('G2', 'NEW', '2026-02-01', 2, { phase: 'one' }),
  { type: 'target', unit: 'D1', campaign: 'NEW', indicator: 'I', basis: 'ASSIGNED', value: 431, decidedOn: '2026-01-20', counterpart: 'P1' },
  { type: 'target', unit: 'D1', campaign: 'NEW', indicator: 'I', basis: 'SELF_SET', value: 432, decidedOn: '2026-01-20' },
  { type: 'target', unit: 'D3', campaign: 'NEW', indicator: 'I', basis: 'REGISTERED', value: 7.5, decidedOn: '2026-01-20', counterpart: 'P1' },
  { type: 'target', unit: 'G4', campaign: 'NEW', indicator: 'I', basis: 'REGISTERED', value: 7, decidedOn: '2026-01-20', counterpart: 'D3' },
];

const FRESH = Array.from({ length: 40 }, (_, i) => ({ type: 'indicator', code: `T${i}`, name: `T${i}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' }));

export interface Targets extends Branches {
  /** An indicator of which nothing was said yet, so that tests do not meet. */
  fresh(): string;
}

export async function startTargets(): Promise<Targets> {
  const server = await startBranches();
  await server.load([...RECORDS, ...FRESH]);
  // All but U are counted in all campaigns.
  await server.rows(`insert into campaign_indicator select c.id, i.id from campaign c, indicator i where i.code <> 'U' on conflict do nothing`);
  for (const [role, code] of [
    ['APPROVER', 'P1'], ['APPROVER', 'D1'], ['APPROVER', 'D2'], ['APPROVER', 'D3'], ['APPROVER', 'G1'], ['REPORTER', 'D1'], ['REPORTER', 'D2'], ['REPORTER', 'G1'], ['VIEWER', 'N'], ['CAMPAIGN_MANAGER', 'D1'], ['CAMPAIGN_MANAGER', 'N'],
  ] as const)
    await server.grant(`${role.toLowerCase()}@${code}`, role, code);
  let used = 0;
  return { ...server, fresh: () => FRESH[used++]!.code };
}
