/**
 * Mercurius with its compiler (graphql-jit), as its experts would: loaders that answer a level of the document by one
 * hand-written, prepared statement each, with the caller's scope in its WHERE clause; everything below a loader's rows is
 * a plain property. The same document as Liendoan's.
 */
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { contend } from './contender.js';
import { openLanes } from './lanes.js';

const SDL = `
  type Query { orgUnit(code: String!): OrgUnit }
  type OrgUnit {
    code: String!
    name: String!
    children(first: Int!): OrgUnitConnection!
    progress(campaign: String!, indicator: String!): Progress
    scorecard(campaign: String!, indicators: [String!]!): [Progress]!
    ranking(campaign: String!, indicator: String!, by: RankBy!, group: RankingGroup!): Ranking
  }
  type OrgUnitConnection { nodes: [OrgUnit!]! }
  type Progress { result: Total target: Total completionPercent: Float coverage: Coverage! }
  type Total { value: Float! }
  type Coverage { expected: Int! reported: Int! percent: Float }
  enum RankBy { COMPLETION }
  enum OrgLevel { NATIONAL PROVINCIAL UPPER_GRASSROOTS GRASSROOTS }
  input RankingGroup { level: OrgLevel! }
  type Ranking { entries(first: Int!): RankingEntryConnection! }
  type RankingEntryConnection { nodes: [RankingEntry!]! }
  type RankingEntry { place: Int! value: Float! unit: OrgUnit! }
`;

interface Unit {
  readonly id: number;
  readonly code: string;
  readonly name: string;
}
interface Standing {
  readonly result: number | null;
  readonly target: number | null;
  readonly completion: number | null;
  readonly expected: number;
  readonly reported: number;
  readonly percent: number | null;
}
interface Query<Obj, Params> {
  readonly obj: Obj;
  readonly params: Params;
}
export type Ask = <Row extends object>(name: string, text: string, ...values: unknown[]) => Promise<Row[]>;
export interface Caller {
  readonly scope: string;
  readonly ask: Ask;
}
declare module 'mercurius' {
  // oxlint-disable-next-line typescript/no-empty-object-type -- what `context` below gives
  interface MercuriusContext extends Caller {}
}
interface Ranked {
  readonly top: Unit;
  readonly campaign: string;
  readonly indicator: string;
  readonly level: string;
}

const ACTIVE = 'u.valid_from <= current_date and (u.closed_on is null or u.closed_on > current_date)';
const balance = (name: string, series: string): string =>
  `left join lateral (select b.total, b.complete, b.reported_children from balance b where b.unit_id = u.id and b.series_id = ${series} and b.date <= current_date order by b.date desc limit 1) ${name} on true`;
const BALANCES = `${balance('r', 's.result')} ${balance('t', 's.target')}`;
/** Of a campaign, $1, and indicators, $2. */
const SERIES = `with s as materialized (select a.nth,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'RESULT') as result,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'ASSIGNED') as target
  from unnest($2::text[]) with ordinality a (code, nth) join indicator i on i.code = a.code cross join campaign k where k.code = $1)`;
const COMPLETION = 'case when t.complete and t.total <> 0 then round(r.total * 100 / t.total, 2) end';

const UNIT = 'select u.id, u.code, u.name from org_unit u where u.code = $1 and u.path <@ $2::ltree';
const CHILDREN = `select k.ord::int, u.id, u.code, u.name from unnest($2::int[]) with ordinality k (parent, ord) cross join lateral (
    select u.id, u.code, u.name from placement p join org_unit u on u.id = p.unit_id
    where p.parent_id = k.parent and p.starts <= current_date and p.ends > current_date and ${ACTIVE} and u.path <@ $1::ltree order by u.code limit $3) u order by k.ord, u.code`;
/** For each unit, $3, and each indicator: nothing that the caller may not see, though the units were found within scope. */
const STANDINGS = `${SERIES} select u.ord::int - 1 as unit, s.nth::int - 1 as nth, r.total::float8 as result, t.total::float8 as target, (${COMPLETION})::float8 as completion,
    coalesce(c.children, 0) as expected, coalesce(r.reported_children, 0) as reported,
    (case when c.children > 0 then round(coalesce(r.reported_children, 0) * 100.0 / c.children, 2) end)::float8 as percent
  from unnest($3::int[]) with ordinality k (id, ord) join lateral (select k.ord, u.id from org_unit u where u.id = k.id and u.path <@ $4::ltree) u on true
  left join lateral (select c.children from census c where c.unit_id = u.id and c.starts <= current_date order by c.starts desc limit 1) c on true
  cross join s ${BALANCES}`;
const PLACES = `${SERIES} select x.place::int, x.value, x.id, x.code, x.name from (
    select u.id, u.code, u.name, (${COMPLETION})::float8 as value, rank() over (order by ${COMPLETION} desc) as place
    from s cross join org_unit top join org_unit u on u.level = $6::org_level and u.path <@ top.path and u.path <@ $4::ltree and ${ACTIVE} ${BALANCES}
    where top.id = $3 and ${COMPLETION} is not null) x order by x.place, x.code limit $5`;

const progressOf = ({ result, target, completion, expected, reported, percent }: Standing): object => ({
  result: result === null ? null : { value: result },
  target: target === null ? null : { value: target },
  completionPercent: completion,
  coverage: { expected, reported, percent },
});

/** What a loader is asked, by what the statement for it takes beside the objects. */
async function grouped<Obj, Params, Answer>(queries: readonly Query<Obj, Params>[], answer: (objects: readonly Obj[], params: Params) => Promise<readonly Answer[]>): Promise<Answer[]> {
  const [first] = queries;
  const key = JSON.stringify(first!.params);
  if (queries.every(({ params }) => params === first!.params || JSON.stringify(params) === key)) return [...(await answer(queries.map(({ obj }) => obj), first!.params))];
  return Promise.all(queries.map(async (query) => (await answer([query.obj], query.params))[0]!));
}

async function standings({ ask, scope }: Caller, units: readonly Unit[], campaign: string, indicators: readonly string[]): Promise<(object | null)[][]> {
  const found = units.map((): (object | null)[] => indicators.map(() => null));
  for (const row of await ask<Standing & { unit: number; nth: number }>('standings', STANDINGS, campaign, indicators, units.map(({ id }) => id), scope)) found[row.unit]![row.nth] = progressOf(row);
  return found;
}

contend(async ({ ownerUrl }) => {
  const lane = await openLanes(ownerUrl);
  const ask: Ask = async <Row extends object>(name: string, text: string, ...values: unknown[]) => (await lane().query<Row>({ name, text, values })).rows;
  const app = Fastify();
  const uncached = { cache: false };
  await app.register(mercurius, {
    schema: SDL,
    jit: 1,
    context: (request): Caller => ({ scope: String(request.headers['x-scope']), ask }),
    resolvers: {
      Query: { orgUnit: async (_root: unknown, { code }: { code: string }, { scope }: Caller) => (await ask<Unit>('unit', UNIT, code, scope))[0] ?? null },
      OrgUnit: {
        ranking: (top: Unit, { campaign, indicator, group }: { campaign: string; indicator: string; group: { level: string } }): Ranked => ({ top, campaign, indicator, level: group.level }),
      },
    },
    loaders: {
      OrgUnit: {
        children: {
          loader: (queries: readonly Query<Unit, { first: number }>[], { scope }: Caller) => grouped(queries, async (units, { first }) => {
            const found = units.map(() => ({ nodes: [] as Unit[] }));
            for (const row of await ask<Unit & { ord: number }>('children', CHILDREN, scope, units.map(({ id }) => id), first)) found[row.ord - 1]!.nodes.push(row);
            return found;
          }),
          opts: uncached,
        },
        progress: {
          loader: (queries: readonly Query<Unit, { campaign: string; indicator: string }>[], caller: Caller) =>
            grouped(queries, async (units, { campaign, indicator }) => (await standings(caller, units, campaign, [indicator])).map(([one]) => one!)),
          opts: uncached,
        },
        scorecard: {
          loader: (queries: readonly Query<Unit, { campaign: string; indicators: string[] }>[], caller: Caller) =>
            grouped(queries, (units, { campaign, indicators }) => standings(caller, units, campaign, indicators)),
          opts: uncached,
        },
      },
      Ranking: {
        entries: {
          loader: (queries: readonly Query<Ranked, { first: number }>[], { scope }: Caller) => Promise.all(queries.map(async ({ obj: { top, campaign, indicator, level }, params: { first } }) => {
            const rows = await ask<Unit & { place: number; value: number }>('places', PLACES, campaign, [indicator], top.id, scope, first, level);
            return { nodes: rows.map(({ place, value, ...unit }) => ({ place, value, unit })) };
          })),
          opts: uncached,
        },
      },
    } as never,
  });
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
});
