/** The tables of seeds/README.md, made from the seeds themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRecord } from '../../src/exchange/records.js';

const SEEDS = fileURLToPath(new URL('../../seeds/', import.meta.url));
export const README = `${SEEDS}README.md`;

/** A record of the seeds, and where it stands. */
export interface Seed {
  /** Name of the file without `.jsonl`. */
  readonly file: string;
  readonly type: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A fact of the articles: the records that hold it, beside its claim, and the queries that ask for it. */
export interface Fact {
  readonly id: string;
  readonly records: readonly Seed[];
  readonly queries: readonly string[];
}

export function readSeeds(): Seed[] {
  const files = readdirSync(SEEDS).filter((name) => name.endsWith('.jsonl')).sort();
  return files.flatMap((name) =>
    readFileSync(SEEDS + name, 'utf8').split('\n').filter(Boolean).map((line) => {
      const record = readRecord(JSON.parse(line), (code, message, field) => {
        throw new Error(`${name}: ${field ?? ''} ${code}: ${message}: ${line}`);
      }, () => {});
      return { file: name.replace(/\.jsonl$/, ''), type: record!.type, key: record!.key, body: record!.body };
    }),
  );
}

/** The facts that a record says it is from: a source says so in its note, as it has no other place. */
function factsIn({ type, body }: Seed): string[] {
  const counts = (body.counts ?? []) as { source?: string }[];
  return [body.source, type === 'source' ? body.note : '', ...counts.map(({ source }) => source)].join(' ').match(/\bS\d-\d\d\b/g) ?? [];
}
/** A claim is the fact itself, and a disclosure says who sees what holds it. */
const holds = ({ type }: Seed): boolean => type !== 'claim' && type !== 'disclosure';

export function readFacts(seeds: readonly Seed[]): Fact[] {
  const asked = JSON.parse(readFileSync(`${SEEDS}queries.json`, 'utf8')) as Record<string, string[]>;
  return seeds.filter(({ type }) => type === 'claim').map(({ key: id }) => {
    const queries = asked[id];
    if (queries === undefined) throw new Error(`seeds/queries.json does not have ${id}`);
    return { id, records: seeds.filter((seed) => holds(seed) && factsIn(seed).includes(id)), queries };
  });
}

const cell = (text: unknown): string => String(text ?? '').replaceAll('|', '\\|');
const row = (...cells: readonly unknown[]): string => `| ${cells.map(cell).join(' | ')} |`;

function factTable(seeds: readonly Seed[]): string[] {
  const recordOf = ({ file, type, key }: Seed): string => `${file}: ${type} \`${key}\``;
  return [row('Fact', 'Records, beside the claim of its code', 'Asked by'), row('---', '---', '---'),
    ...readFacts(seeds).map(({ id, records, queries }) => row(id, records.map(recordOf).join('<br>') || 'the claim alone', queries.join(', ')))];
}

function campaignTable(seeds: readonly Seed[]): string[] {
  const list = (value: unknown): string => ((value ?? []) as string[]).join('; ');
  const code = (value: unknown): string => (value === undefined ? '' : `\`${value as string}\``);
  return [row('Code', 'Name', 'Aliases', 'Launched by', 'Implements', 'Source'), row('---', '---', '---', '---', '---', '---'),
    ...seeds.filter(({ type }) => type === 'campaign').map(({ key, body }) =>
      row(`\`${key}\``, body.name, list(body.aliases), body.externalLauncher ?? code(body.launchedBy), code(body.implements), body.source))];
}

/** The text of README.md with its tables as the seeds make them. */
export function withTables(readme: string): string {
  const seeds = readSeeds();
  return Object.entries({ facts: factTable(seeds), campaigns: campaignTable(seeds) }).reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name}: made by npm run seeds:table -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`seeds/README.md lacks the lines ${begin} and ${end}`);
    return `${text.slice(0, from + begin.length)}\n${lines.join('\n')}\n${text.slice(to)}`;
  }, readme);
}
