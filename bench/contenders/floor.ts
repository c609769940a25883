/**
 * What there is to be had: node:http and `pg`, one prepared statement a request, which builds the whole answer as JSON in
 * the database, with the caller's scope in its WHERE clause. Two connections a processor keep the database busy; each
 * sends its statements one behind the other without waiting for answers. No GraphQL, no documents, no limits.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { contend } from './contender.js';

/** Of a unit u with its balances r (result) and t (target) and its census c. */
const FIVE = `'result', case when r.total is not null then json_build_object('value', r.total) end,
  'target', case when t.total is not null then json_build_object('value', t.total) end,
  'completionPercent', case when t.complete and t.total <> 0 then round(r.total * 100 / t.total, 2) end,
  'coverage', json_build_object('expected', coalesce(c.children, 0), 'reported', coalesce(r.reported_children, 0),
    'percent', case when c.children > 0 then round(coalesce(r.reported_children, 0) * 100.0 / c.children, 2) end)`;
/** Both series of an indicator (none of a phase), as far as there are any. */
const SERIES = `select i.code, i.id as indicator,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'RESULT') as result,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'ASSIGNED') as target
  from campaign k, indicator i where k.code = 'K'`;
const balance = (name: string, series: string) =>
  `left join lateral (select b.total, b.complete, b.reported_children from balance b where b.unit_id = u.id and b.series_id = ${series} and b.date <= current_date order by b.date desc limit 1) ${name} on true`;
const CENSUS = 'left join lateral (select c.children from census c where c.unit_id = u.id and c.starts <= current_date order by c.starts desc limit 1) c on true';
const ACTIVE = 'u.valid_from <= current_date and (u.closed_on is null or u.closed_on > current_date)';
/** The children of the unit $1, as far as they are within $2, by code. */
const CHILDREN = `select u.* from placement p join org_unit u on u.id = p.unit_id
  where p.parent_id = top.id and p.starts <= current_date and p.ends > current_date and ${ACTIVE} and u.path <@ $2::ltree order by u.code`;

const MONTHS = `generate_series(date '2024-02-01', date '2025-01-01', interval '1 month') m (after)`;

/** By workload: the statement, with $1 the unit's code and $2 the caller's path, and what else it takes of the variables. */
const statements: Readonly<Record<string, { readonly text: string; readonly more: readonly string[] }>> = {
  w1: {
    more: ['indicator'],
    text: `select json_build_object('orgUnit', (
      select json_build_object('name', u.name, 'progress', (
        select json_build_object(${FIVE}) from (${SERIES} and i.code = $3) s ${balance('r', 's.result')} ${balance('t', 's.target')} ${CENSUS}))
      from org_unit u where u.code = $1 and u.path <@ $2::ltree))`,
  },
  w2: {
    more: ['indicators'],
    text: `select json_build_object('orgUnit', (
      select json_build_object('name', top.name, 'children', json_build_object('nodes', (
        select json_agg(json_build_object('name', u.name, 'scorecard', x.scorecard) order by u.code)
        from (${CHILDREN} limit 30) u ${CENSUS}
        cross join lateral (
          select json_agg(json_build_object(${FIVE}) order by s.nth) as scorecard
          from (select s.*, a.nth from unnest($3::text[]) with ordinality a (code, nth) join (${SERIES}) s on s.code = a.code) s ${balance('r', 's.result')} ${balance('t', 's.target')}) x)))
      from org_unit top where top.code = $1 and top.path <@ $2::ltree))`,
  },
  w3: {
    more: ['indicator'],
    text: `select json_build_object('orgUnit', (
      select json_build_object('ranking', json_build_object('entries', json_build_object('nodes', (
        select json_agg(json_build_object('place', e.place, 'value', e.value, 'unit', json_build_object('code', e.code, 'name', e.name,
          'progress', json_build_object('result', json_build_object('value', e.result), 'target', json_build_object('value', e.target)))) order by e.place, e.code)
        from (
          select u.code, u.name, r.total as result, t.total as target, v.value, rank() over (order by v.value desc) as place
          from (${SERIES} and i.code = $3) s
          join org_unit u on u.level = 'PROVINCIAL' and u.path <@ top.path and u.path <@ $2::ltree and ${ACTIVE}
          ${balance('r', 's.result')} ${balance('t', 's.target')}
          cross join lateral (select round(r.total * 100 / t.total, 2) as value where t.complete and t.total <> 0) v
          where v.value is not null order by v.value desc, u.code limit 83) e))))
      from org_unit top where top.code = $1 and top.path <@ $2::ltree))`,
  },
  w4: {
    more: ['indicator'],
    text: `select json_build_object('orgUnit', (
      select json_build_object('children', json_build_object('nodes', (
        select json_agg(json_build_object('code', u.code, 'name', u.name, 'progress', json_build_object(${FIVE})) order by u.code)
        from (${SERIES} and i.code = $3) s cross join (${CHILDREN} limit 50) u ${CENSUS} ${balance('r', 's.result')} ${balance('t', 's.target')})))
      from org_unit top where top.code = $1 and top.path <@ $2::ltree))`,
  },
  // Each union's latest figure by each month's end, added up.
  w5: {
    more: ['indicator'],
    text: `select json_build_object('orgUnit', json_build_object('series', (
      select json_agg(json_build_object('asOf', x.day, 'breakdown', json_build_object('parts', json_build_object('nodes', x.parts))) order by x.day)
      from (
        select m.day, json_agg(json_build_object('key', m.sector, 'value', m.value)) as parts
        from (
          select (m.after - interval '1 day')::date as day, u.sector, sum(f.value) as value
          from (
            select f.unit_id, f.value, f.date, lead(f.date, 1, 'infinity') over (partition by f.unit_id order by f.date) as until
            from figure f join (${SERIES} and i.code = $3) s on s.result = f.series_id
            where f.status = 'APPROVED' and f.coverage = 'OWN') f
          join org_unit u on u.id = f.unit_id and u.path <@ (select top.path from org_unit top where top.code = $1) and u.path <@ $2::ltree
          join ${MONTHS} on f.date < m.after and f.until >= m.after
          group by 1, 2) m
        group by m.day) x)))`,
  },
};

contend(async ({ ownerUrl }) => {
  const clients = await Promise.all(
    Array.from({ length: 2 * availableParallelism() }, async () => {
      const client = new pg.Client({ connectionString: ownerUrl, pipeline: true } as pg.ClientConfig);
      await client.connect();
      // What builds the plan once is planned for no values in particular.
      await client.query("set plan_cache_mode = force_generic_plan; set jit = off");
      return client;
    }),
  );
  let next = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const name = request.url!.slice(1);
      const { text, more } = statements[name]!;
      const asked = JSON.parse((parts.length === 1 ? parts[0]! : Buffer.concat(parts)).toString()) as Record<string, unknown>;
      const values = [asked['code'], request.headers['x-scope'], ...more.map((one) => asked[one])];
      clients[next++ % clients.length]!.query<[string]>({ name, text, values, rowMode: 'array', types: { getTypeParser: () => String } }).then(
        ({ rows }) => {
          const body = `{"data":${rows[0]![0]}}`;
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
        },
        (error: Error) => response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ message: error.message }] })),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
});
