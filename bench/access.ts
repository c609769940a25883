/**
 * What row scope costs on the dashboard query: a province with 30 districts × 5 indicators, asked over HTTP of two servers
 * on one database, one logged in as the API, whose rows are scoped, the other as the owner of the tables, for whom no
 * policy holds. They take turns. `npm run bench:access`
 */
import { deepStrictEqual } from 'node:assert/strict';
import { median, printConditions, withServer } from './server.js';

const TARGET = 1.15;
const PROVINCES = 63;
const ROUNDS = 30;
const REQUESTS = 10;
const INDICATORS = ['I0', 'I1', 'I2', 'I3', 'I4'];

const QUERY = `query ($indicators: [String!]!) {
  orgUnit(code: "P0") {
    name
    children(first: 30) {
      nodes {
        name
        scorecard(campaign: "K", indicators: $indicators) {
          result { value } target { value } completionPercent coverage { expected reported percent }
        }
      }
    }
  }
}`;

/** The province asked for has 30 districts of 50 unions, the others 6 each. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01' });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' };
  for (const code of INDICATORS) yield { type: 'indicator', code, name: `Sáng kiến loại ${code}`, unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  for (let p = 0; p < PROVINCES; p++) {
    yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
    for (let d = 0; d < (p === 0 ? 30 : 6); d++) {
      const district = `P${p}D${d}`;
      yield unit(district, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${p}`);
      for (const indicator of INDICATORS) {
        yield { type: 'target', unit: district, campaign: 'K', indicator, basis: 'ASSIGNED', decidedOn: '2024-01-15', value: 4000 + d, counterpart: `P${p}` };
      }
      for (let g = 0; g < 50; g++) {
        yield unit(`${district}G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', 'GRASSROOTS_UNION', district);
        for (const indicator of p === 0 ? INDICATORS : [INDICATORS[g % 5]]) {
          yield { type: 'result', unit: `${district}G${g}`, campaign: 'K', indicator, coverage: 'OWN', asOf: '2024-06-30', value: 10 + ((d * 50 + g) % 90) };
        }
      }
    }
  }
}

/** [what they are called, their role, the code of the unit]. */
const CALLERS = [['a viewer of the province', 'VIEWER', 'P0'], ['a viewer of the root', 'VIEWER', 'N']] as const;
type Ask = (caller: string) => Promise<{ readonly text: string; readonly ms: number }>;

/** Both answer alike, and in full. */
async function assertSame(scoped: Ask, open: Ask, caller: string): Promise<void> {
  const dataOf = (text: string) => (JSON.parse(text) as { data: { orgUnit: { children: { nodes: { scorecard: { completionPercent: number | null }[] }[] } } } }).data;
  const [one, other] = [dataOf((await scoped(caller)).text), dataOf((await open(caller)).text)];
  deepStrictEqual(one, other);
  const cells = one.orgUnit.children.nodes.flatMap(({ scorecard }) => scorecard);
  if (cells.length !== 150 || cells.some(({ completionPercent }) => completionPercent === null)) throw new Error(`not the whole dashboard: ${cells.length} cells`);
}

async function compare(scoped: Ask, open: Ask, caller: string): Promise<void> {
  await assertSame(scoped, open, caller);
  const times = { scoped: [] as number[], open: [] as number[] };
  const ratios: number[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const ofRound = { scoped: [] as number[], open: [] as number[] };
    // One by one, each going first in every other pair: what else the machine does meets both.
    for (let i = 0; i < REQUESTS; i++) {
      for (const name of (i + round) % 2 === 0 ? (['scoped', 'open'] as const) : (['open', 'scoped'] as const)) {
        ofRound[name].push((await (name === 'scoped' ? scoped : open)(caller)).ms);
      }
    }
    // The first rounds warm up both.
    if (round < 0) continue;
    times.scoped.push(...ofRound.scoped);
    times.open.push(...ofRound.open);
    ratios.push(median(ofRound.scoped) / median(ofRound.open));
  }
  const ratio = median(times.scoped) / median(times.open);
  const spread = ratios.toSorted((a, b) => a - b);
  const verdict = ratio <= TARGET ? '' : ', MISSED';
  console.log(
    `${caller}: ${median(times.scoped).toFixed(2)} ms with row scope, ${median(times.open).toFixed(2)} ms without: ${ratio.toFixed(3)}× ` +
      `(target: at most ${TARGET}×${verdict}; medians of ${times.scoped.length}; rounds ${spread[Math.floor(spread.length / 4)]!.toFixed(2)} to ${spread[Math.floor((spread.length * 3) / 4)]!.toFixed(2)})`,
  );
}

await withServer(records(), CALLERS, async ({ owner, api, created, seconds, serve, post }) => {
  const asking = (url: string): Ask => async (caller) => {
    const began = performance.now();
    const text = await post(url, caller, QUERY, { indicators: INDICATORS });
    return { text, ms: performance.now() - began };
  };
  const [scoped, open] = [asking(await serve(api)), asking(await serve(owner))];
  const { rows } = await owner.pool.query<{ units: number }>('select count(*)::int as units from org_unit');
  printConditions(`${rows[0]!.units} units, ${created} records imported in ${seconds.toFixed(0)} s`);
  for (const [caller] of CALLERS) await compare(scoped, open, caller);
});
