/** What PostGraphile is given beside the tables: functions, in schemas of the bench's own. Row-level security holds in them. */
import pg from 'pg';

const ACTIVE = 'u.valid_from <= current_date and (u.closed_on is null or u.closed_on > current_date)';
const balance = (name: string, series: string): string =>
  `left join lateral (select b.total, b.complete, b.reported_children from balance b where b.unit_id = u.id and b.series_id = ${series} and b.date <= current_date order by b.date desc limit 1) ${name} on true`;
const BALANCES = `${balance('r', 's.result')} ${balance('t', 's.target')}`;
const CENSUS = 'left join lateral (select c.children from census c where c.unit_id = u.id and c.starts <= current_date order by c.starts desc limit 1) c on true';
const SERIES = `select a.nth,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'RESULT') as result,
    (select s.id from series s where s.campaign_id = k.id and s.phase_id is null and s.indicator_id = i.id and s.measure = 'ASSIGNED') as target
  from indicators a join indicator i on i.code = a.code cross join campaign k where k.code = campaign`;
const series = (indicators: string): string => `(${SERIES.replace('indicators a', indicators)}) s`;
const [ONE, SEVERAL] = [series('(values (indicator, 1)) a (code, nth)'), series('unnest(indicators) with ordinality a (code, nth)')];
const COMPLETION = 'case when t.complete and t.total <> 0 then round(r.total * 100 / t.total, 2) end';
const PERCENT = 'case when c.children > 0 then round(coalesce(r.reported_children, 0) * 100.0 / c.children, 2) end';
const CHILDREN = `select u.* from placement p join org_unit u on u.id = p.unit_id
  where p.parent_id = unit.id and p.starts <= current_date and p.ends > current_date and ${ACTIVE} order by u.code`;

/** As the documentation leads: computed columns, on composite types as an API shows them. */
const leads = `
create type total as (value numeric);
create type coverage as (expected int, reported int, percent numeric);
create type progress as (result total, target total, completion_percent numeric, coverage coverage);
create type place as (place int, value numeric, unit org_unit);

create function org_unit_by_code(code text) returns org_unit language sql stable begin atomic select u from org_unit u where u.code = org_unit_by_code.code; end;
create function org_unit_children(unit org_unit) returns setof org_unit language sql stable begin atomic ${CHILDREN}; end;
create function org_unit_progress(unit org_unit, campaign text, indicator text) returns progress language sql stable begin atomic
  select row(case when r.total is not null then row(r.total)::total end, case when t.total is not null then row(t.total)::total end, ${COMPLETION},
    row(coalesce(c.children, 0), coalesce(r.reported_children, 0), ${PERCENT})::coverage)::progress
  from (select unit.id) u cross join ${ONE} ${BALANCES} ${CENSUS}; end;
create function org_unit_scorecard(unit org_unit, campaign text, indicators text[]) returns setof progress language sql stable begin atomic
  select case when r.total is not null then row(r.total)::total end, case when t.total is not null then row(t.total)::total end, ${COMPLETION},
    row(coalesce(c.children, 0), coalesce(r.reported_children, 0), ${PERCENT})::coverage
  from (select unit.id) u cross join ${SEVERAL} ${BALANCES} ${CENSUS} order by s.nth; end;
create function org_unit_ranking(unit org_unit, campaign text, indicator text, level org_level) returns setof place language sql stable begin atomic
  select (rank() over (order by ${COMPLETION} desc))::int, ${COMPLETION}, u
  from ${ONE} join org_unit u on u.level = org_unit_ranking.level and u.path <@ unit.path and ${ACTIVE} ${BALANCES}
  where ${COMPLETION} is not null order by ${COMPLETION} desc, u.code; end;`;

/** As tuned: one function a page, whose rows are flat. */
const FLAT = `r.total as result, t.total as target, ${COMPLETION} as completion_percent, coalesce(c.children, 0) as expected, coalesce(r.reported_children, 0) as reported, ${PERCENT} as percent`;
const FLAT_TYPE = 'result numeric, target numeric, completion_percent numeric, expected int, reported int, percent numeric';
const tuned = `
create type card as (name text, ${FLAT_TYPE});
create type cell as (unit text, name text, ${FLAT_TYPE});
create type place as (place int, value numeric, code text, name text, result numeric, target numeric);

create function card(code text, campaign text, indicator text) returns setof card language sql stable begin atomic
  select u.name, ${FLAT} from org_unit u cross join ${ONE} ${BALANCES} ${CENSUS} where u.code = card.code; end;
create function dashboard(code text, campaign text, indicators text[]) returns setof cell language sql stable begin atomic
  select unit.name, u.name, ${FLAT} from org_unit unit cross join lateral (${CHILDREN} limit 30) u cross join ${SEVERAL} ${BALANCES} ${CENSUS} where unit.code = dashboard.code order by u.code, s.nth; end;
create function ranking(code text, campaign text, indicator text, level org_level) returns setof place language sql stable begin atomic
  select (rank() over (order by ${COMPLETION} desc))::int, ${COMPLETION}, u.code, u.name, r.total, t.total
  from org_unit unit cross join ${ONE} join org_unit u on u.level = ranking.level and u.path <@ unit.path and ${ACTIVE} ${BALANCES}
  where unit.code = ranking.code and ${COMPLETION} is not null order by ${COMPLETION} desc, u.code limit 83; end;
create function page(code text, campaign text, indicator text) returns setof cell language sql stable begin atomic
  select u.code, u.name, ${FLAT} from org_unit unit cross join lateral (${CHILDREN} limit 50) u cross join ${ONE} ${BALANCES} ${CENSUS} where unit.code = page.code order by u.code; end;`;

/** Makes the schema anew, as the owner of the database. */
export async function install(ownerUrl: string, schema: 'bench_leads' | 'bench_tuned'): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`drop schema if exists ${schema} cascade; create schema ${schema}; grant usage on schema ${schema} to liendoan_api; set search_path = ${schema}, public; ${schema === 'bench_leads' ? leads : tuned}`);
  } finally {
    await client.end();
  }
}
