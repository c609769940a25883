/**
 * What it costs to rank one level of a federation of 126,000 units: asked over HTTP, by who sees all of it and by a union
 * that sees itself alone, where the campaign publishes its ranks; smaller groups beside it. `npm run bench:ranking`
 */
import { median, printConditions, withServer } from './server.js';

const [UNITS, PROVINCES, DISTRICTS, ROUNDS] = [126_000, 63, 700, 9];

/** Two results of each union, with many alike; one in ten has none. */
function* records(): Generator<object> {
  const unit = (code: string, name: string, level: string, kind: string, parent: string | null) => ({ type: 'orgUnit', code, name, level, kind, parent, validFrom: '1990-01-01' });
  yield unit('N', 'Tổng Liên đoàn', 'NATIONAL', 'CONFEDERATION', null);
  yield { type: 'indicator', code: 'I', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' };
  yield { type: 'campaign', code: 'K', name: 'Chương trình', campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2024-01-01', endsOn: '2024-12-31', publishesRanks: true };
  for (let p = 0; p < PROVINCES; p++) yield unit(`P${p}`, `Liên đoàn Lao động tỉnh số ${p}`, 'PROVINCIAL', 'PROVINCIAL_FEDERATION', 'N');
  for (let d = 0; d < DISTRICTS; d++) yield unit(`D${d}`, `Liên đoàn Lao động huyện số ${d}`, 'UPPER_GRASSROOTS', 'DISTRICT_FEDERATION', `P${d % PROVINCES}`);
  const unions = UNITS - 1 - PROVINCES - DISTRICTS;
  for (let g = 0; g < unions; g++) yield unit(`G${g}`, `Công đoàn cơ sở Công ty số ${g}`, 'GRASSROOTS', 'GRASSROOTS_UNION', `D${g % DISTRICTS}`);
  for (const [month, more] of [['03', 0], ['09', 40]] as const)
    for (let g = 0; g < unions; g++) if (g % 10 !== 9) yield { type: 'result', unit: `G${g}`, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf: `2024-${month}-28`, value: ((g * 7919) % 3000) + more };
}

await withServer(records(), ['N', 'D0', 'G0'].map((code) => [code, 'VIEWER', code] as const), async ({ api, created, seconds, serve, post }) => {
  const url = await serve(api);
  printConditions(`${created} records imported in ${seconds.toFixed(0)} s`);

  const measure = async (label: string, caller: string, field: string): Promise<void> => {
    const query = `{ orgUnit(code: "${caller}") { it: ${field} } }`;
    const times: number[] = [];
    for (let round = -2; round < ROUNDS; round++) {
      const began = performance.now();
      const text = await post(url, caller, query);
      if (round >= 0) times.push(performance.now() - began);
      if (text.includes('"it":null')) throw new Error(text.slice(0, 500));
    }
    console.log(`${label}: ${median(times).toFixed(0)} ms (median of ${ROUNDS})`);
  };
  const what = 'campaign: "K", indicator: "I", asOf: "2024-12-31"';
  const page = 'entries { nodes { place tied name value } }';
  await measure('the unions of the nation, how many have a place', 'N', `ranking(${what}, group: {level: GRASSROOTS}) { size ranked }`);
  await measure('the first 20 of them', 'N', `ranking(${what}, group: {level: GRASSROOTS}) { ${page} }`);
  await measure('the first 20 by growth', 'N', `ranking(${what}, by: GROWTH, since: "2024-06-30", group: {level: GRASSROOTS}) { ${page} }`);
  await measure('a union’s place in the nation, as it sees it', 'G0', `rank(${what}, among: LEVEL_IN_NATION) { place of ranked }`);
  await measure('its place among its siblings, with the first 20', 'G0', `rank(${what}, among: SIBLINGS) { place of ranked ${page} }`);
  await measure('the districts of the nation', 'N', `ranking(${what}, group: {level: UPPER_GRASSROOTS}) { size ranked ${page} }`);
  await measure('the provinces', 'N', `ranking(${what}, group: {children: true}) { size ranked ${page} }`);
});
