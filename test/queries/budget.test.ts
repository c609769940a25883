/** The number of SQL statements of each of the 25 queries is the same however many rows there are beneath what they ask for. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queries } from '../../src/explorer/queries/index.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { Asking } from './asking.js';

type Fields = Record<string, unknown>;

const DISTRICTS = ['D003', 'D006', 'D272', 'D399'];
const unit = (code: string, level: string, kind: string, parent: string, more: Fields = {}): Fields =>
  ({ type: 'orgUnit', code, name: `Công đoàn ${code}`, level, kind, parent, validFrom: '2000-01-01', ...more });
const result = (of: string, campaign: string, indicator: string, asOf: string, value: number, more: Fields = {}): Fields =>
  ({ type: 'result', unit: of, campaign, indicator, coverage: 'SUBTREE', asOf, value, source: 'S0-18', ...more });
const day = (n: number): string => new Date(Date.UTC(2022, 0, 10 + n)).toISOString().slice(0, 10);

const seedCampaign = (code: string): Fields =>
  readFileSync(new URL('../../seeds/30-campaigns.jsonl', import.meta.url), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as Fields).find((row) => row.code === code)!;

/** One more of everything, beneath or beside each unit that the queries ask for. */
function* generation(n: number): Generator<Fields> {
  const sector = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION'][n % 3];
  yield unit(`P-${n}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'TLD');
  yield result(`P-${n}`, '1m-initiatives', 'initiatives.valid', '2023-09-01', 1000 + n);
  yield unit(`P93-${n}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P93');
  yield result(`P93-${n}`, '1m-initiatives', 'initiatives.valid', '2023-08-31', n);
  yield { type: 'region', code: `region-${n}`, name: `Vùng ${n}`, members: [`P-${n}`, 'P93'] };
  // Districts beneath Hà Nội, closed ones beneath Hoằng Hóa, clusters.
  yield unit(`P01-${n}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', 'P01');
  yield { type: 'target', unit: `P01-${n}`, campaign: '1m-initiatives', phase: 'phase-1', indicator: 'initiatives', basis: 'ASSIGNED', decidedOn: '2022-01-08', value: 10, counterpart: 'P01', source: 'S0-18' };
  yield result(`P01-${n}`, '1m-initiatives', 'initiatives', '2022-05-31', n, { phase: 'phase-1' });
  yield unit(`D399-closed-${n}`, 'GRASSROOTS', 'GRASSROOTS_UNION', 'D399', { sector });
  yield { type: 'closure', unit: `D399-closed-${n}`, on: '2024-01-01', successor: 'D399' };
  yield { type: 'cluster', code: `owned-${n}`, owner: 'D399', name: `Cụm ${n}`, kind: 'CLUSTER', year: 2021, members: [`D399-closed-${n}`] };
  for (const parent of DISTRICTS) {
    const of = `${parent}-union-${n}`;
    yield unit(of, 'GRASSROOTS', 'GRASSROOTS_UNION', parent, { sector });
    yield { type: 'person', code: `person-${of}`, unit: of, name: `Người ${n}`, source: 'S0-01' };
    yield { type: 'position', person: `person-${of}`, unit: parent, role: 'COMMITTEE_MEMBER', statedOn: '2020-01-01', source: 'S0-01' };
    yield { type: 'annualTheme', unit: parent, year: 2000 + n, text: `Chủ đề ${n}` };
    yield { type: 'partner', code: `partner-${of}`, unit: parent, name: `Đối tác ${n}`, kind: 'OTHER' };
    yield {
      type: 'event', code: `event-${of}`, unit: of, kind: 'ACTIVITY', name: `Hoạt động ${n}`, startsOn: '2022-03-01', campaign: 'emulation-2022-phuc-tho', partners: [`partner-${of}`],
      counts: [{ of: 'PARTICIPANTS', value: n, source: 'S0-07' }], source: 'S0-07',
    };
    const [local, ...others] = { D003: ['emulation-2020-tay-ho', 'experience-initiatives'], D006: ['emulation-2021-dong-da'], D272: ['emulation-2022-phuc-tho', '1m-initiatives'], D399: ['thanh-hoa-aspiration-hoang-hoa', '75k-initiatives'] }[parent]!;
    yield { type: 'document', code: `basis-${of}`, unit: parent, kind: 'RESOLUTION', title: `Nghị quyết ${n}`, basisOf: [local], source: 'S2-03' };
    yield { type: 'document', code: `guidance-${of}`, unit: parent, kind: 'GUIDANCE', title: `Hướng dẫn ${n}`, guides: [local!, ...others], source: 'S2-06' };
    for (const campaign of [local!, ...others]) yield { type: 'aim', unit: parent, campaign, code: `aim-${n}`, text: `Mục tiêu ${n}`, indicator: 'initiatives', source: 'S0-04' };
    yield { type: 'campaign', code: `campaign-${of}`, name: `Phong trào ${n}`, campaignKind: 'MOVEMENT', launchedBy: parent, startsOn: '2021-02-01', implements: 'cultural-life', linkedCampaigns: [local], cadence: 'REGULAR', sectors: [sector], source: 'S2-01' };
    yield { type: 'campaign', code: `below-${of}`, name: `Phong trào cơ sở ${n}`, campaignKind: 'MOVEMENT', launchedBy: of, implements: local, source: 'S2-01' };
    yield { type: 'adoption', unit: of, campaign: '1m-initiatives', adoptedOn: '2022-02-01', manner: 'LAUNCH' };
    yield {
      type: 'award', code: `award-${of}`, unit: parent, form: 'CERTIFICATE_OF_MERIT', basis: 'THEMATIC', issuers: [{ unit: 'TLD' }, { unit: parent }], campaign: others[0] ?? local, periodKind: 'YEAR', periodFrom: '2021-01-01', periodTo: '2021-12-31',
      count: 2, countByKind: [{ kind: 'INDIVIDUAL', count: 1 }, { kind: 'COLLECTIVE', count: 1 }], recipients: [{ kind: 'INDIVIDUAL', person: `person-${of}`, directWorker: true }, { kind: 'COLLECTIVE', unit: of }],
      maybeIncludedIn: `whole-${parent}`, source: 'S2-29',
    };
    yield { type: 'disclosure', of: 'AWARD', code: `award-${of}`, audience: 'PUBLIC', withNames: true };
    yield { type: 'award', code: `flag-${of}`, unit: parent, form: 'EMULATION_FLAG', basis: 'COMPREHENSIVE', issuers: [{ unit: 'TLD' }], periodKind: 'YEAR', periodFrom: '2021-01-01', periodTo: '2021-12-31', count: 1, recipients: [{ kind: 'COLLECTIVE', unit: of }], source: 'S2-36' };
    yield {
      type: 'initiative', code: `initiative-${of}`, unit: of, title: `Sáng kiến ${n}`, campaign: 'experience-initiatives', phase: '2019-2020', authors: [`person-${of}`],
      stages: [{ stage: 'REGISTERED', on: '2019-10-01' }, { stage: 'UPLOADED', on: '2019-11-01' }],
    };
    yield result(of, '75k-initiatives', 'initiatives.uploaded', '2021-05-01', n, { coverage: 'OWN' });
    yield { type: 'claim', code: `claim-${of}`, source: 'S0', unit: parent, statement: `Điều ${n}`, value: n, campaign: '1m-initiatives', disagreesWith: ['S0-07'] };
    yield { type: 'claim', code: `other-${of}`, source: 'S0', unit: of, statement: `Điều khác ${n}`, disagreesWith: [`claim-${of}`] };
  }
  // More of what single units have stated.
  for (const [of, campaign, phase, indicator] of [['D272', '1m-initiatives', 'phase-1', 'initiatives'], ['P93', '1m-initiatives', undefined, 'initiatives.valid'], ['D003', 'experience-initiatives', '2019-2020', 'initiatives.registered']] as const) {
    const series = phase === undefined ? {} : { phase };
    yield result(of, campaign, indicator, day(n), n, series);
    yield { type: 'target', unit: of, campaign, ...series, indicator, basis: 'ASSIGNED', decidedOn: day(n), value: 10 + n, counterpart: 'TLD', source: 'S0-18' };
    yield { type: 'target', unit: of, campaign, ...series, indicator, basis: 'NORM', decidedOn: day(n), value: 1, per: 'MEMBER', source: 'S2-11' };
  }
  for (const [i, indicator] of ['unions.with-plan.rate', 'unions.with-model', 'unions.total', 'initiatives.uploaded'].entries())
    yield result('D399', ['thanh-hoa-aspiration-hoang-hoa', 'one-union-one-model', 'one-union-one-model', '75k-initiatives'][i]!, indicator, day(n - 300), n);
  for (const indicator of ['works.total', 'works.plaqued', 'models.breakthrough']) yield result('P93', 'special-drive-2023-hau-giang', indicator, day(n + 365), n);
  yield { type: 'aim', unit: 'P93', campaign: 'special-drive-2023-hau-giang', code: `aim-${n}`, text: `Mục tiêu ${n}` };
  yield { type: 'document', code: `guidance-P93-${n}`, unit: 'P93', kind: 'GUIDANCE', title: `Hướng dẫn ${n}`, guides: ['special-drive-2023-hau-giang'] };
  yield { type: 'memberCount', unit: 'D399', of: 'UNIONS', asOf: day(n), value: 200 + n };
  yield { type: 'person', code: `person-P93-${n}`, unit: `P93-${n}`, name: `Người ${n}` };
  yield { type: 'position', person: `person-P93-${n}`, unit: 'P93', role: 'COMMITTEE_MEMBER', statedOn: '2023-01-01' };
  yield { type: 'work', code: `work-${n}`, unit: `P93-${n}`, kind: 'WORK', name: `Công trình ${n}`, campaign: 'special-drive-2023-hau-giang', congressTier: 'GRASSROOTS', status: 'COMPLETED', completedOn: '2023-05-01', valueVnd: 1_000_000 + n };
  yield { type: 'campaign', code: `programme-${n}`, name: `Chương trình ${n}`, campaignKind: 'PROGRAMME', launchedBy: 'P93', startsOn: '2024-01-01', cadence: 'REGULAR', phases: [{ code: 'p', name: 'Đợt', theme: `Chủ đề ${n}` }] };
  yield { type: 'practiceModel', code: `model-${n}`, unit: `P93-${n}`, name: `Mô hình công trình ${n}`, programme: `programme-${n}`, sector, basisDocument: `guidance-P93-${n}`, source: 'S4-08' };
  yield { type: 'disclosure', of: 'PRACTICE_MODEL', code: `model-${n}`, audience: 'PUBLIC' };
  yield { type: 'event', code: `event-P93-${n}`, unit: 'P93', kind: 'ACTIVITY', name: `Hoạt động ${n}` };
  yield { type: 'statedRank', code: `rank-${n}`, unit: 'P93', campaign: '1m-initiatives', group: 'REGION', region: `region-${n}`, place: n, asOf: day(n) };
  yield { type: 'disclosure', of: 'STATED_RANK', code: `rank-${n}`, audience: 'PUBLIC' };
}

/** Phases of a campaign that has two. */
const phases = (count: number): Fields => {
  const campaign = seedCampaign('emulation-2021-dong-da');
  const more = Array.from({ length: count }, (_, n) => ({ code: `peak-${n}`, name: `Cao điểm ${n}`, kind: 'PEAK', startsOn: '2021-05-01', endsOn: '2021-05-31' }));
  return { ...campaign, phases: [...(campaign.phases as object[]), ...more], corrects: true };
};
const generations = (from: number, to: number): Fields[] => Array.from({ length: to - from }, (_, i) => [...generation(from + i)]).flat();

let server: TestServer;
interface Asked {
  readonly statements: number;
  /** How many things the answer holds. */
  readonly things: number;
}
/** Who sees all there is. */
const ROOT = { role: 'VIEWER', unit: 'TLD' } as const;
let few: ReadonlyMap<string, Asked>;
let many: ReadonlyMap<string, Asked>;
const thingsIn = (value: unknown): number => (typeof value !== 'object' || value === null ? 0 : Object.values(value).reduce((sum: number, part) => sum + thingsIn(part), Array.isArray(value) ? 0 : 1));
beforeAll(async () => {
  server = await startTestServer({ api: { compiledFrom: Infinity } });
  const asking = new Asking(server);
  const count = async (): Promise<Map<string, Asked>> => {
    const counted = new Map<string, Asked>();
    for (const { id, as: usual } of queries) {
      for (const [name, as] of [[id, usual], [`${id} of TLD`, ROOT]] as const) {
        await asking.credentialOf(as);
        // What codes stand for is looked up once.
        await asking.ask(id, undefined, as);
        server.statements.length = 0;
        const answer: unknown = await asking.ask(id, undefined, as);
        counted.set(name, { statements: server.statements.length, things: thingsIn(answer) });
      }
    }
    return counted;
  };
  for (const parent of DISTRICTS)
    await server.load([{ type: 'award', code: `whole-${parent}`, unit: parent, form: 'CERTIFICATE_OF_MERIT', issuers: [{ unit: 'TLD' }], periodKind: 'YEAR', periodFrom: '2021-01-01', periodTo: '2021-12-31', count: 500 }]);
  await server.load([...generations(1, 3), phases(2)]);
  few = await count();
  await server.load([...generations(3, 15), phases(14)]);
  many = await count();
}, 240_000);
afterAll(() => server?.close());

describe('the number of SQL statements does not grow with the rows', () => {
  test.each(queries.map(({ id, title }) => [id, title] as const))('%s: %s', (id) => {
    for (const name of [id, `${id} of TLD`]) {
      expect(many.get(name)!.statements).toBe(few.get(name)!.statements);
      expect(many.get(name)!.things).toBeGreaterThan(few.get(name)!.things);
    }
  });

  test('and is what the shape of each query takes', () => {
    expect(Math.max(...[...many.values()].map(({ statements }) => statements))).toBeLessThanOrEqual(15);
  });
});
