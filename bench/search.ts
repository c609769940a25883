/**
 * How long a search takes at the size of the nation: 126,000 units and 2,000 campaigns, asked over HTTP by callers of each
 * level. Beside it, in turns, the same units found by a full scan that ranks all that fit. `npm run bench:search`
 */
import { Command, Option } from 'commander';
import { nationOf, type Size } from './nation.js';
import { median, printConditions, withServer } from './server.js';

const options = new Command()
  .addOption(new Option('--size <size>', 'of the nation').choices(['full', 'small']).default('full'))
  .option('--rounds <count>', 'how often each search is asked', Number, 11)
  .option('--text <text...>', 'what to look for, instead of the usual')
  .option('--first <count>', 'results on a page', Number, 20)
  .parse()
  .opts<{ size: Size; rounds: number; text?: string[]; first: number }>();

const TARGET_MS = 20;
const CALLERS = [['a viewer of the root', 'N'], ['of a province', 'P1'], ['of a district', 'P1D5'], ['of a union', 'P1D5G7'], ['nobody', null]] as const;
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'common words': ['công đoàn', 'công đoàn cơ sở', 'công ty', 'tnhh', 'trường', 'mtv', 'doan cong'],
  'rare words': ['phuc tho', '“Phúc Thọ”', 'trường tiểu học kim đồng', 'nghiệp đoàn vận tải', 'hóa an', 'P1D12'],
  'one letter': ['c', 'x', 'z', '9'],
  'what nothing has': ['xyzqw', 'không có gì', 'mầm non tnhh'],
};

const QUERY = `query ($text: String!, $first: Int) { search(text: $text, first: $first) { nodes { kind score matched thing { __typename ... on OrgUnit { code name } ... on Campaign { code name } } } } }`;

/** What the search saves one from: each unit looked at, those that fit ranked. */
const FULL_SCAN = `select u.code from org_unit u cross join search_words($1) q(words)
  where u.search_text like all (select '% ' || word || '%' from unnest(string_to_array(q.words, ' ')) word)
  order by search_fit(u.search_text, '| ' || q.words || ' |%', '%| ' || q.words || ' |', '%| ' || q.words || ' |%', '| ' || q.words || '%', '% ' || q.words || ' ', '% ' || q.words || ' %', '% ' || replace(q.words, ' ', '% ') || '%'),
    u.level, length(u.name), u.code limit $2`;


async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; answer: T }> {
  const began = performance.now();
  const answer = await work();
  return { ms: performance.now() - began, answer };
}

const grants = CALLERS.flatMap(([name, unit]) => (unit === null ? [] : [[name, 'VIEWER', unit] as const]));
const nation = nationOf(options.size);
function* records(): Generator<object> {
  yield* nation.units();
  yield* nation.campaigns();
}
await withServer(records(), grants, async ({ owner, api, created, seconds, serve, post }) => {
  const url = await serve(api);
  const ask = async (text: string, [name, unit]: (typeof CALLERS)[number]): Promise<{ thing: { code: string } }[]> => {
    const answer = JSON.parse(await post(url, unit === null ? null : name, QUERY, { text, first: options.first })) as { data: { search: { nodes: { thing: { code: string } }[] } } };
    return answer.data.search.nodes;
  };

  printConditions(`${created} units, indicators and campaigns imported in ${seconds.toFixed(0)} s`);
  const texts = options.text === undefined ? Object.entries(TEXTS) : [['asked for', options.text] as const];
  const missed: string[] = [];
  for (const [kind, some] of texts) {
    console.log(`\n${kind}`);
    for (const text of some) {
      const scans: number[] = [];
      const times = CALLERS.map(() => [] as number[]);
      let found: number[] = [];
      for (let round = -2; round < options.rounds; round++) {
        const answers: number[] = [];
        for (const [i, caller] of CALLERS.entries()) {
          const { ms, answer } = await timed(() => ask(text, caller));
          answers.push(answer.length);
          if (round >= 0) times[i]!.push(ms);
        }
        found = answers;
        // The scan is done as the owner of the tables, for whom no row is hidden.
        const { ms } = await timed(() => owner.pool.query(FULL_SCAN, [text, options.first]));
        if (round >= 0) scans.push(ms);
      }
      const cells = CALLERS.map(([name], i) => {
        const ms = median(times[i]!);
        if (ms > TARGET_MS) missed.push(`“${text}” by ${name}: ${ms.toFixed(1)} ms`);
        return `${ms.toFixed(1).padStart(6)} (${String(found[i]).padStart(2)})`;
      });
      const scan = median(scans);
      console.log(`  ${text.padEnd(28)} ${cells.join('  ')}   full scan ${scan.toFixed(0).padStart(4)} ms: ${(scan / median(times[0]!)).toFixed(1)} × the root’s`);
    }
  }
  console.log(`\ncolumns: ${CALLERS.map(([name]) => name).join(', ')}; milliseconds over HTTP, medians of ${options.rounds}, and how many were found on the page`);
  console.log(missed.length === 0 ? `all under ${TARGET_MS} ms` : `MISSED ${TARGET_MS} ms: ${missed.join('; ')}`);
});
