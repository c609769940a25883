import pg from 'pg';
import type { Place } from '../compare.js';
import { startContender } from '../compare.js';
import { Line, requestOf } from '../line.js';
import { spreadOf } from '../statistics.js';
import { verify } from '../../src/ledger/verify.service.js';
import { openRowIds } from '../../src/shared/row-ids.js';
import type { Finding, Trial } from './trial.js';

const CLIENTS = 16;
const IN_BULK = 480;
/** The last month's end of the campaign: most unions have not reported by then. */
const DAY = '2024-12-31';

interface Draft {
  /** Whose reporter and approver hand it in and approve it. */
  readonly above: string;
  readonly unit: string;
  readonly indicator: string;
  readonly value: number;
  readonly id: string;
  readonly version: number;
}
type Send = <Answer>(client: number, caller: string, query: string, variables: object) => Promise<Answer>;

export const w8: Trial = {
  title: `${CLIENTS} clients hand in and approve results of unions of their own, each by two mutations, beside plain inserts of the same rows, the totals among them, and of a figure and its audit entries alone`,
  run: ({ nation, rounds, seconds, onCopy, figures }) => onCopy(async (place) => {
    const provincials = nation.provincials.filter((code) => code !== 'P1').slice(0, CLIENTS);
    // More than there is time for.
    const drafts = await draft(place.owner, provincials, Math.ceil((rounds + 1) * (seconds * 3000 + IN_BULK)));
    const aRound = Math.floor(drafts.length / (rounds + 1));
    const server = await startContender('liendoan', place);
    const lines = Array.from({ length: CLIENTS }, () => new Line(server.port));
    const inserters = new pg.Pool({ connectionString: place.ownerUrl, max: CLIENTS });
    const rates: Record<'both' | 'bulk' | 'inserted' | 'alone', number>[] = [];
    try {
      const send = sender(place, lines, server.port);
      await inserters.query(TABLES);
      for (let round = -1; round < rounds; round++) {
        const one = drafts.splice(0, aRound);
        const waiting = one.splice(0, Math.min(IN_BULK, Math.floor(aRound / 4)));
        const bothAtOnce = (): Promise<number> => rate(one, seconds, async (it, client) => {
          const { version } = await step(send, client, `reporter:${it.above}`, 'submitResult', it);
          await step(send, client, `approver:${it.above}`, 'approveResult', { ...it, version });
        });
        const plainly = (what: typeof PLAIN_ALL): Promise<number> => rate(one, seconds, (it) => insertPlainly(inserters, what, it));
        const both = round % 2 === 0 ? await bothAtOnce() : undefined;
        const [inserted, alone] = [await plainly(PLAIN_ALL), await plainly(PLAIN_ALONE)];
        rates.push({ both: both ?? (await bothAtOnce()), inserted, alone, bulk: await inBulk(send, waiting) });
      }
      // The first round warms everybody up.
      rates.shift();
      const findings: Finding[] = [
        { what: 'submitResult and approveResult', ...spreadOf(rates.map(({ both }) => both)), unit: 'results/s' },
        { what: 'plain inserts of the same rows', ...spreadOf(rates.map(({ inserted }) => inserted)), unit: 'results/s' },
        { what: 'plain inserts of figure and audit entries alone', ...spreadOf(rates.map(({ alone }) => alone)), unit: 'results/s' },
        { what: 'submitResult and approveResult / plain inserts of the same', ...spreadOf(rates.map(({ both, inserted }) => both / inserted)), unit: '×', atLeast: 0.5 },
        { what: 'submitResult and approveResult / figure and audit alone', ...spreadOf(rates.map(({ both, alone }) => both / alone)), unit: '×' },
        { what: 'submitResults and approveResults, a province a call', ...spreadOf(rates.map(({ bulk }) => bulk)), unit: 'results/s' },
        { what: 'submitResults and approveResults / plain inserts of the same', ...spreadOf(rates.map(({ bulk, inserted }) => bulk / inserted)), unit: '×' },
        { what: 'submitResults and approveResults / figure and audit alone', ...spreadOf(rates.map(({ bulk, alone }) => bulk / alone)), unit: '×' },
      ];
      // Of the great nations it takes longer than everything else together.
      if (figures > 200_000) return findings;
      const { differenceCount } = await verify(place.owner);
      if (differenceCount > 0) throw new Error(`the ledger is wrong in ${differenceCount} places`);
      return findings;
    } finally {
      for (const line of lines) line.close();
      await server.close();
      await inserters.end();
    }
  }),
};

/**
 * Drafts, as saveResult leaves them, of results that unions have not reported yet, with values that are nothing odd: each
 * client's of a province of its own, one after the other.
 */
async function draft(owner: pg.Pool, provincials: readonly string[], many: number): Promise<Draft[]> {
  const ids = await openRowIds(owner);
  const { rows } = await owner.query<Omit<Draft, 'id'> & { key: string }>(
    `with wanted as (
       select above.code as above, u.id as unit_id, u.code as unit, i.code as indicator, s.id as series_id, coalesce(latest.value, 0) + 7 as value, row_number() over (partition by above.id order by i.nth, u.id) as nth
       from unnest($1::text[]) p (code) join org_unit above on above.code = p.code
       cross join lateral (select u.id, u.code from org_unit u where u.path <@ above.path and u.level = 'GRASSROOTS' order by u.id limit $2) u
       cross join lateral (select i.id, i.code, (i.id + u.id) % 10 as nth from indicator i where i.code ~ '^I[0-9]+$') i
       join campaign k on k.code = 'K'
       join series s on s.campaign_id = k.id and s.indicator_id = i.id and s.phase_id is null and s.measure = 'RESULT'
       left join lateral (select f.value, f.date from figure f where f.series_id = s.id and f.unit_id = u.id and f.status = 'APPROVED' order by f.date desc limit 1) latest on true
       where latest.date is distinct from $3 order by nth, above.code limit $4),
     drafted as (
       insert into figure (series_id, unit_id, coverage, date, value, status, approved_at) select w.series_id, w.unit_id, 'OWN', $3, w.value, 'DRAFT', null from wanted w
       returning id, series_id, unit_id, version)
     select d.id::text as key, d.version, w.above, w.unit, w.indicator, w.value::float8 from drafted d join wanted w using (series_id, unit_id) order by w.nth, w.above`,
    [provincials, Math.ceil(many / provincials.length), DAY, many],
  );
  await owner.query('analyze figure');
  return rows.map(({ key, ...it }) => ({ ...it, id: ids.seal('Figure', key) }));
}

function sender({ callers }: Place, lines: readonly Line[], port: number): Send {
  return async <Answer>(client: number, caller: string, query: string, variables: object): Promise<Answer> => {
    const [role, unit] = caller.split(':') as [string, string];
    const { token } = await callers.of(role, unit);
    const answer = await lines[client]!.ask(requestOf({ path: '/graphql', headers: { authorization: `Bearer ${token}` }, body: JSON.stringify({ query, variables }) }, port));
    return (JSON.parse(answer.toString()) as { data: Answer }).data;
  };
}

/** Works the jobs off, sixteen at a time, as long as there is time; how many a second. */
async function rate(jobs: readonly Draft[], seconds: number, work: (job: Draft, client: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    for (let i = client; i < jobs.length && performance.now() < began + seconds * 1000; i += CLIENTS, done++) await work(jobs[i]!, client);
  }));
  return (done * 1000) / (performance.now() - began);
}

type Changed = Pick<Draft, 'id' | 'version'>;

async function step(send: Send, client: number, caller: string, name: string, { id, version }: Changed): Promise<Changed> {
  const query = `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { figure { id version } userErrors { code message } } }`;
  const done = (await send<Record<string, { figure: Changed; userErrors: object[] }>>(client, caller, query, { input: { id, expectedVersion: version } }))[name]!;
  if (done.userErrors.length > 0) throw new Error(`${name}: ${JSON.stringify(done.userErrors)}`);
  return done.figure;
}

/** All of a province in one call, each client a province of its own. */
async function inBulk(send: Send, drafts: readonly Draft[]): Promise<number> {
  const began = performance.now();
  await Promise.all([...new Set(drafts.map((it) => it.above))].map(async (above, client) => {
    for (const [role, name, type, done] of [['reporter', 'submitResults', 'SubmitResultItem', 0], ['approver', 'approveResults', 'ApproveResultItem', 1]] as const) {
      const items = drafts.filter((it) => it.above === above).map(({ id, version }) => ({ id, expectedVersion: version + done }));
      const query = `mutation ($items: [${type}!]!) { ${name}(input: { items: $items, mode: ALL_OR_NOTHING }) { done userErrors { message } } }`;
      const answer = (await send<Record<string, { done: number }>>(client, `${role}:${above}`, query, { items }))[name]!;
      if (answer.done !== items.length) throw new Error(`${name}: ${JSON.stringify(answer)}`);
    }
  }));
  return (drafts.length * 1000) / (performance.now() - began);
}

const BARE = { plain: ['figure', 'audit_log', 'balance', 'balance_past', 'part_sum'], alone: ['figure', 'audit_log'] };
const TABLES = Object.entries(BARE).flatMap(([kind, tables]) => tables.map((table) => `create table ${kind}_${table} (like ${table} including all)`)).join('; ');
const KEPT = `total, members_total, origin, complete, qualifier, as_of, detail, unexplained, subtree_on, held_inexact, held_on, reported_children, reported_provincial, reported_upper_grassroots, reported_grassroots, reported_sub_grassroots, recorded_at`;

/** The figure as it is in the end, and an entry for each of the two mutations. */
const figureAndAudit = (kind: keyof typeof BARE) => `it as (
    insert into ${kind}_figure (series_id, unit_id, coverage, date, value, status, version, submitted_by, submitted_at)
    select s.id, u.id, 'OWN', $3, $4, 'APPROVED', 3, $5, now() from org_unit u, series s join indicator i on i.id = s.indicator_id join campaign k on k.id = s.campaign_id
    where u.code = $1 and i.code = $2 and k.code = 'K' and s.phase_id is null and s.measure = 'RESULT' returning unit_id, series_id),
  audit as (
    insert into ${kind}_audit_log (principal, action, unit_id, before, after, request_id)
    select a.principal, a.action, it.unit_id, jsonb_build_object('status', a.before, 'version', a.version - 1), jsonb_build_object('status', a.after, 'version', a.version, 'value', $4, 'asOf', $3, 'indicator', $2, 'campaign', 'K'), gen_random_uuid()
    from it, (values ($5, 'SUBMIT_RESULT', 'DRAFT', 'SUBMITTED', 2), ($6, 'APPROVE_RESULT', 'SUBMITTED', 'APPROVED', 3)) a (principal, action, before, after, version))`;
/** The totals of the union and of all above it, what they were before, and the sums by attribute of those that have them. */
const TOTALS = `line as (select a.ancestor_id as id from it join ancestry a on a.unit_id = it.unit_id and a.ends = 'infinity' union all select it.unit_id from it),
  former as (select b.* from it, line cross join lateral (select b.* from balance b where b.unit_id = line.id and b.series_id = it.series_id order by b.date desc limit 1) b),
  past as (insert into plain_balance_past (unit_id, series_id, date, removed_at, ${KEPT}) select unit_id, series_id, date, clock_timestamp(), ${KEPT} from former),
  present as (
    insert into plain_balance (unit_id, series_id, date, until, own, own_qualifier, ${KEPT}) select unit_id, series_id, $3, until, own, own_qualifier, ${KEPT} from former order by unit_id
    on conflict (unit_id, series_id, date) do update set total = excluded.total, recorded_at = excluded.recorded_at),
  sums as (
    insert into plain_part_sum select p.unit_id, p.series_id, p.attribute, p.key, $3, p.value, p.counted, p.bounded, p.loose
    from it join org_unit u on u.id = it.unit_id, line
    cross join lateral (values ('LEVEL', u.level::text), ('SECTOR', coalesce(u.sector::text, '')), ('OWNERSHIP', coalesce(u.ownership::text, '')), ('KIND', u.kind::text)) of (attribute, key)
    cross join lateral (select p.* from part_sum p where p.unit_id = line.id and p.series_id = it.series_id and p.attribute = of.attribute::breakdown_attribute and p.key = of.key order by p.date desc limit 1) p
    order by p.unit_id, p.attribute, p.key
    on conflict (unit_id, series_id, attribute, key, date) do update set value = excluded.value, counted = excluded.counted)`;
const PLAIN_ALONE = { name: 'alone', text: `with ${figureAndAudit('alone')} select from it` };
const PLAIN_ALL = { name: 'all', text: `with ${figureAndAudit('plain')}, ${TOTALS} select from it` };

/** In tables with the same keys, in one transaction: no policies, no rules, nothing computed. */
async function insertPlainly(pool: pg.Pool, statement: typeof PLAIN_ALL, { above, unit, indicator, value }: Draft): Promise<void> {
  await pool.query({ ...statement, values: [unit, indicator, DAY, value, `reporter:${above}`, `approver:${above}`] });
}
