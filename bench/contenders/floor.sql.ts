/** The floor's statements. JSON is put together as text: `json_build_object` takes twice as long. */

const orNull = (value: string): string => `coalesce((${value})::text, 'null')`;
const quoted = (text: string): string => `to_json(${text})::text`;
const object = (fields: Readonly<Record<string, string>>): string => `'{' || ${Object.entries(fields).map(([name, value], i) => `'${i > 0 ? ',' : ''}"${name}":' || ${value}`).join(' || ')} || '}'`;
/** Of a subselect's rows. */
const array = (each: string, order: string, from: string): string => `(select '[' || coalesce(string_agg(${each}, ',' order by ${order}), '') || ']' from ${from})`;

/** Of a unit u with its balances r (result) and t (target) and its census c. */
const value = (total: string): string => `coalesce('{"value":' || trim_scale(${total}) || '}', 'null')`;
const completion = 'case when t.complete and t.total <> 0 then round(r.total * 100 / t.total, 2) end';
const five = object({
  result: value('r.total'),
  target: value('t.total'),
  completionPercent: orNull(completion),
  coverage: object({
    expected: 'coalesce(c.children, 0)',
    reported: 'coalesce(r.reported_children, 0)',
    percent: orNull('case when c.children > 0 then round(coalesce(r.reported_children, 0) * 100.0 / c.children, 2) end'),
  }),
});

/** Both series of indicators, as far as there are any. */
const series = (indicators: string): string => `select a.nth,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'RESULT') as result,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'ASSIGNED') as target
  from ${indicators} join indicator i on i.code = a.code cross join campaign k where k.code = 'K'`;
const ONE = `(values ($3::text, 1)) a (code, nth)`;
const SEVERAL = 'unnest($3::text[]) with ordinality a (code, nth)';

const balance = (name: string, of: string): string =>
  `left join lateral (select b.total, b.complete, b.reported_children from balance b where b.unit_id = u.id and b.series_id = ${of} and b.date <= current_date order by b.date desc limit 1) ${name} on true`;
const BALANCES = `${balance('r', 's.result')} ${balance('t', 's.target')}`;
const CENSUS = 'left join lateral (select c.children from census c where c.unit_id = u.id and c.starts <= current_date order by c.starts desc limit 1) c on true';
const ACTIVE = 'u.valid_from <= current_date and (u.closed_on is null or u.closed_on > current_date)';
/** Of the unit `top`, as far as they are in the caller's scope. */
const children = (first: number): string => `(select u.id, u.code, u.name from placement p join org_unit u on u.id = p.unit_id
  where p.parent_id = top.id and p.starts <= current_date and p.ends > current_date and ${ACTIVE} and u.path <@ $2::ltree order by u.code limit ${first}) u`;

/** The unit is in scope, and so is what stands beneath it today. */
const unit = (answer: string): string => `select ${object({ orgUnit: `coalesce((select ${answer} from org_unit top where top.code = $1 and top.path <@ $2::ltree), 'null')` })}`;

/** By workload, with $1 the unit's code, $2 the caller's path, and what else it takes of the variables. */
export const statements: Readonly<Record<string, { readonly text: string; readonly more: readonly string[] }>> = {
  w1: {
    more: ['indicator'],
    text: unit(object({ name: quoted('top.name'), progress: `coalesce((select ${five} from (${series(ONE)}) s cross join (select top.id) u ${BALANCES} ${CENSUS}), 'null')` })),
  },
  w2: {
    more: ['indicators'],
    text: `with s as materialized (${series(SEVERAL)}) ${unit(
      object({
        name: quoted('top.name'),
        children: object({ nodes: array(object({ name: quoted('u.name'), scorecard: array(five, 's.nth', `s ${BALANCES}`) }), 'u.code', `${children(30)} ${CENSUS}`) }),
      }),
    )}`,
  },
  w3: {
    more: ['indicator'],
    text: unit(
      object({
        ranking: object({
          entries: object({
            nodes: array(
              object({
                place: 'e.place', value: 'e.value',
                unit: object({ code: quoted('e.code'), name: quoted('e.name'), progress: object({ result: value('e.result'), target: value('e.target') }) }),
              }),
              'e.place, e.code',
              `(select u.code, u.name, r.total as result, t.total as target, ${completion} as value, rank() over (order by ${completion} desc) as place
                from (${series(ONE)}) s
                join org_unit u on u.level = 'PROVINCIAL' and u.path <@ top.path and ${ACTIVE} ${BALANCES}
                where ${completion} is not null order by place, u.code limit 83) e`,
            ),
          }),
        }),
      }),
    ),
  },
  w4: {
    more: ['indicator'],
    text: unit(object({ children: object({ nodes: array(object({ code: quoted('u.code'), name: quoted('u.name'), progress: five }), 'u.code', `(${series(ONE)}) s cross join ${children(50)} ${CENSUS} ${BALANCES}`) }) })),
  },
  // Each union's latest figure by each month's end, added up: what a report does that keeps no sums. What each figure adds
  // to the union's one before it is summed once, and the months' sums are added up.
  w5: {
    more: ['indicator'],
    text: unit(
      object({
        series: array(
          object({ asOf: quoted('x.day'), breakdown: object({ parts: object({ nodes: 'x.parts' }) }) }),
          'x.day',
          `(select y.day, '[' || string_agg(${object({ key: orNull(quoted('y.sector')), value: 'trim_scale(y.value)' })}, ',') || ']' as parts
            from (
              select (m.month + interval '1 month' - interval '1 day')::date as day, d.sector, sum(d.more) as value
              from generate_series(timestamp '2024-01-01', '2024-12-01', '1 month') m (month)
              join (
                select u.sector, greatest(date_trunc('month', f.date::timestamp), '2024-01-01') as month, sum(f.more) as more
                from (
                  select f.unit_id, f.date, f.value - lag(f.value, 1, 0) over (partition by f.unit_id order by f.date) as more
                  from figure f where f.series_id = (select s.result from (${series(ONE)}) s) and f.status = 'APPROVED' and f.coverage = 'OWN' and f.date < '2025-01-01') f
                join org_unit u on u.id = f.unit_id and u.path <@ top.path
                group by 1, 2) d on d.month <= m.month
              group by 1, 2) y
            group by 1) x`,
        ),
      }),
    ),
  },
};
