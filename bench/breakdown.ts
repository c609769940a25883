/**
 * What it costs to take a total apart, and to follow it over time, in a federation of 126,000 units with half a million
 * figures in one series, a fifth of them consolidated: asked over HTTP as a viewer of the nation and of a province. Each
 * beside what summing the figures anew would cost (the latest of each unit, as the owner of the tables, without a word of
 * what consolidated figures, moves and closures do to the sum). They take turns. `npm run bench:breakdown`
 */
import { median, printConditions, withServer } from './server.js';

const [UNITS, PROVINCES, DISTRICTS, ROUNDS] = [126_000, 63, 700, 15];
const SECTORS = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER'];
const OWNERSHIPS = ['STATE', 'NON_STATE', 'FDI'];

/** A fifth of the unions are of unknown sector, a quarter of unknown ownership; every tenth district speaks for itself. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null, more: object = {}) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01', ...more });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31' };
  for (let p = 0; p < PROVINCES; p++) yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', p % 5 === 0 ? 'CENTRAL_SECTORAL_UNION' : 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) {
    const [sector, ownership] = [SECTORS[g % 5], OWNERSHIPS[g % 4]];
    yield unit(`G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', g % 9 === 0 ? 'GRASSROOTS_SYNDICATE' : 'GRASSROOTS_UNION', `D${g % DISTRICTS}`, { ...(sector && { sector }), ...(ownership && { ownership }) });
  }
  const result = (of: string, coverage: string, asOf: string, value: number) => ({ type: 'result', unit: of, campaign: 'K', indicator: 'I', coverage, asOf, value });
  for (const month of ['01', '04', '07', '10']) for (let g = 0; g < unions; g++) yield result(`G${g}`, g % 5 === 0 ? 'SUBTREE' : 'OWN', `2024-${month}-28`, Number(month) * 100 + (g % 97) + 0.25);
  for (let d = 0; d < DISTRICTS; d += 10) yield result(`D${d}`, 'SUBTREE', '2024-11-30', 500_000);
}

/** The latest figure of each unit beneath one on a day, grouped by what `group` says of its unit. */
const summed = (group: string) => `
  select ${group} as key, sum(f.value) from (
    select distinct on (f.unit_id) f.unit_id, f.value from figure f
    where f.series_id = 1 and f.status = 'APPROVED' and f.date <= '2024-12-31' and f.unit_id in (
      select a.unit_id from ancestry a where a.ancestor_id = (select id from org_unit where code = $1) and a.starts <= '2024-12-31' and a.ends > '2024-12-31')
    order by f.unit_id, f.date desc) f join org_unit u on u.id = f.unit_id group by 1`;
const MEMBER = `(select p.unit_id from placement p where p.parent_id = (select id from org_unit where code = $1) and p.starts <= '2024-12-31' and p.ends > '2024-12-31'
  and exists (select from ancestry a where a.ancestor_id = p.unit_id and a.unit_id = u.id))`;

/** The same by the month ends of the year, going through the figures once. */
const monthly = (group: string) => `
  select m.day, ${group} as key, sum(f.value) from (
    select f.unit_id, f.value, f.date, lead(f.date, 1, 'infinity') over (partition by f.unit_id order by f.date) as until from figure f
    where f.series_id = 1 and f.status = 'APPROVED' and f.unit_id in (select a.unit_id from ancestry a where a.ancestor_id = (select id from org_unit where code = $1))
  ) f join (select (date '2024-02-01' + make_interval(months => n) - interval '1 day')::date as day from generate_series(0, 11) n) m on f.date <= m.day and f.until > m.day
  join org_unit u on u.id = f.unit_id group by 1, 2`;

const timed = async (run: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await run();
  return performance.now() - began;
};

await withServer(records(), [['N', 'ANALYST', 'N'], ['P0', 'ANALYST', 'P0']], async ({ owner, api, created, seconds, serve, post }) => {
  const url = await serve(api);
  printConditions(`${created} records imported in ${seconds.toFixed(0)} s`);

  const compare = async (label: string, caller: string, query: string, sql: string, values: readonly unknown[], rounds = ROUNDS): Promise<void> => {
    const [asked, anew]: [number[], number[]] = [[], []];
    for (let round = -2; round < rounds; round++) {
      const [ours, theirs] = [await timed(() => post(url, caller, query)), await timed(() => owner.pool.query(sql, [...values]))];
      if (round < 0) continue;
      asked.push(ours);
      anew.push(theirs);
    }
    console.log(`${label}: ${median(asked).toFixed(0)} ms; summed anew ${median(anew).toFixed(0)} ms: ${(median(anew) / median(asked)).toFixed(2)} times as long (medians of ${rounds})`);
  };
  const apart = (unit: string, by: string, more = '') => `{ orgUnit(code: "${unit}") { progress(campaign: "K", indicator: "I", asOf: "2024-12-31"${more}) { breakdown(by: ${by}) { total remainder parts(first: 100) { nodes { key value qualifier units counted } } } } } }`;

  for (const unit of ['N', 'P0']) for (const by of ['SECTOR', 'LEVEL', 'KIND', 'OWNERSHIP']) await compare(`${unit} by ${by}`, unit, apart(unit, by), summed(`u.${by.toLowerCase()}::text`), [unit]);
  const byMonth = (unit: string): string => `{ orgUnit(code: "${unit}") { series(campaign: "K", indicator: "I", from: "2024-01-01", to: "2024-12-31", every: MONTH) { asOf breakdown(by: SECTOR) { total remainder parts(first: 10) { nodes { key value } } } } } }`;
  for (const unit of ['N', 'P0', 'D0']) await compare(`${unit} by SECTOR and month, a year`, unit === 'N' ? 'N' : 'P0', byMonth(unit), monthly('u.sector::text'), [unit]);
  for (const unit of ['N', 'P0', 'D0']) await compare(`${unit} by CHILD`, unit === 'N' ? 'N' : 'P0', apart(unit, 'CHILD'), summed(MEMBER), [unit]);
  await compare('N by SECTOR, as known at a moment', 'N', apart('N', 'SECTOR', `, knownAt: "${new Date().toISOString()}"`), summed('u.sector::text'), ['N'], 5);
  await compare('N over 366 days (the sum: of one day)', 'N', '{ orgUnit(code: "N") { series(campaign: "K", indicator: "I", from: "2024-01-01", to: "2024-12-31", every: DAY) { asOf result { value } } } }', summed('true'), ['N']);
});
