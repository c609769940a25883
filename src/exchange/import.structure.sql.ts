import { unknownReferences } from './import.staging.sql.js';
import { CHANGES } from './writing.js';

/** From records to dated facts, and the rules that need no more than a fact and its two units. */
export const collectFacts = [
  unknownReferences('orgUnit', 'parent', 'unit'),
  unknownReferences('placement', 'unit', 'unit'),
  unknownReferences('placement', 'parent', 'unit'),
  unknownReferences('closure', 'unit', 'unit'),
  unknownReferences('closure', 'successor', 'unit'),
  `insert into problem select v.n, 'on', 'BEFORE_FOUNDING', format('the unit is founded on %s; it closes later than that', u.valid_from)
    from verdict v join org_unit u on u.code = v.key where v.type = 'closure' and v.state = 'new' and (v.body->>'on')::date <= u.valid_from`,
  `update org_unit u set closed_on = (v.body->>'on')::date, successor_id = nullif(s.id, u.id)
    from verdict v left join org_unit s on s.code = v.body->>'successor'
    where v.type = 'closure' and v.state = 'new' and u.code = v.key and (v.body->>'on')::date > u.valid_from`,

  // What the import says of where units stand, whether new or not: each with its line.
  `create temp table fact on commit drop as
    select u.id as unit_id, u.valid_from as starts, p.id as parent_id, v.n, 'parent' as field, v.state = 'new' as news, v.body ? 'parent' and p.id is null as lost
      from verdict v join org_unit u on u.code = v.key left join org_unit p on p.code = v.body->>'parent' where v.type = 'orgUnit'
    union all
    select u.id, (v.body->>'from')::date, p.id, v.n, 'parent', ${CHANGES}, p.id is null
      from verdict v join org_unit u on u.code = v.body->>'unit' left join org_unit p on p.code = v.body->>'parent' where v.type = 'placement'
    union all
    select u.id, (v.body->>'on')::date, s.id, v.n, 'successor', v.state = 'new', v.body ? 'successor' and s.id is null
      from verdict v join org_unit u on u.code = v.key left join org_unit s on s.code = v.body->>'successor' where v.type = 'closure'`,
  `analyze fact`,
  `insert into problem select f.n, 'from', 'BEFORE_FOUNDING', format('the unit is founded on %s', u.valid_from)
    from fact f join org_unit u on u.id = f.unit_id where f.news and f.starts < u.valid_from and f.field = 'parent'`,
  `insert into problem select f.n, 'from', 'AFTER_CLOSURE', format('the unit closes on %s and moves no more by itself', u.closed_on)
    from fact f join org_unit u on u.id = f.unit_id where f.news and f.starts >= u.closed_on and f.field = 'parent'`,
  `insert into problem select distinct f.n, 'on', 'AFTER_CLOSURE', format('the unit is placed anew on %s', p.starts)
    from fact f join placement p on p.unit_id = f.unit_id and p.starts >= f.starts where f.news and f.field = 'successor'`,
  `insert into problem select f.n, 'unit', 'ROOT_HAS_PARENT', 'a NATIONAL unit stands under nobody'
    from fact f join org_unit u on u.id = f.unit_id join verdict v on v.n = f.n where v.type = 'placement' and f.news and u.level = 'NATIONAL'`,
  `insert into problem select f.n, 'successor', 'ROOT_HAS_PARENT', 'a NATIONAL unit stands under nobody, a successor included'
    from fact f join org_unit u on u.id = f.unit_id where f.news and f.field = 'successor' and f.parent_id is not null and u.level = 'NATIONAL'`,
  `insert into problem select f.n, f.field, 'CYCLE', 'a unit cannot stand under itself' from fact f where f.news and f.parent_id = f.unit_id`,
  `insert into problem select f.n, 'parent', 'LEVEL_NOT_BELOW', format('a unit that is %s cannot stand under %s, which is %s', u.level, p.code, p.level)
    from fact f join org_unit u on u.id = f.unit_id join org_unit p on p.id = f.parent_id
    where f.news and f.field = 'parent' and p.level >= u.level and u.level <> 'NATIONAL' and p.id <> u.id`,
  `insert into problem select f.n, 'successor', 'LEVEL_NOT_BELOW', format('%s is %s: the successor of a unit that is %s is of that level or higher', p.code, p.level, u.level)
    from fact f join org_unit u on u.id = f.unit_id join org_unit p on p.id = f.parent_id where f.news and f.field = 'successor' and p.level > u.level`,

  `insert into structure_source
    select distinct on (f.unit_id, f.starts) f.unit_id, f.starts, v.body->>'source', v.body->>'note' from fact f join verdict v on v.n = f.n
    where f.news and v.type in ('placement', 'closure') and (v.body ? 'source' or v.body ? 'note' or v.state = 'differs')
    on conflict (unit_id, starts) do update set source = excluded.source, note = excluded.note`,
  `create temp table structure_event on commit drop as
    select unit_id, starts, max(parent_id) as parent_id from fact f
    where news and parent_id is distinct from unit_id and (field = 'successor' or n not in (select n from problem where code in ('BEFORE_FOUNDING', 'AFTER_CLOSURE', 'ROOT_HAS_PARENT')))
    group by unit_id, starts`,
  `analyze structure_event`,
];

/** Where no record is about the tree. */
export const withoutFacts = [
  `create temp table fact (unit_id int, starts date, parent_id int, n int, field text, news boolean, lost boolean) on commit drop`,
  `create temp table structure_event (unit_id int, starts date, parent_id int) on commit drop`,
];

/**
 * Units of which not all is known, because their records have mistakes: nothing is concluded from where they stand,
 * nor, where the mistake is in how long they live (`life`), from that.
 */
export const collectDoubtful = [
  `create temp table doubtful on commit drop as
    select f.unit_id, f.field = 'successor' as life from fact f where f.lost or f.n in (select n from problem)
    union select u.id, b.declares <> 'placement' from broken b join org_unit u on u.code = b.code where b.declares in ('unit', 'placement', 'closure')`,
];

/** What structure_apply() found to stand on a cycle. */
export const NOTE_CYCLE = `insert into problem select n, field, 'CYCLE', 'in the end the unit would stand under itself, or beneath more than 63 others' from fact where news and unit_id = any ($1)`;

/** With a cycle, who stands above whom is not known. */
export const DOUBT_ALL = `insert into doubtful select unit_id, false from structure_event`;

const ACTIVE_UNTIL = (unit: string) => `coalesce(${unit}.closed_on, 'infinity')`;

/** The tree as it would stand: whoever is active stands under someone who is. */
export const checkTree = [
  // Rows of the tree that the import can have broken, with the line to blame: that of the placement, else that of the parent's closure.
  `create temp table ill on commit drop as
    select p.unit_id, p.parent_id, p.starts, c.code as child, r.code as parent, f.n as placed_n, f.field, closing.n as closing_n,
      p.starts = c.closed_on as succeeded, p.starts < r.valid_from as early, p.starts >= ${ACTIVE_UNTIL('r')} as late, r.valid_from, r.closed_on
    from placement p join org_unit c on c.id = p.unit_id join org_unit r on r.id = p.parent_id
    left join fact f on f.unit_id = p.unit_id and f.starts = p.starts
    left join fact closing on closing.unit_id = p.parent_id and closing.field = 'successor'
    where (p.unit_id in (select unit_id from structure_event) or p.parent_id in (select unit_id from structure_event))
      and p.unit_id not in (select unit_id from doubtful) and p.parent_id not in (select unit_id from doubtful where life)
      and (p.starts < ${ACTIVE_UNTIL('c')} and (p.starts < r.valid_from or ${ACTIVE_UNTIL('r')} < least(p.ends, ${ACTIVE_UNTIL('c')}))
        or p.starts = c.closed_on and (p.starts < r.valid_from or p.starts >= ${ACTIVE_UNTIL('r')}))`,
  `insert into problem
    select coalesce(placed_n, closing_n), case when placed_n is null then 'on' else field end,
      case when succeeded then 'SUCCESSOR_NOT_ACTIVE' else 'PARENT_NOT_ACTIVE' end,
      case when early then format('%s is founded on %s, after %s', parent, valid_from, starts)
        else format('%s closes on %s and is not active on %s', parent, closed_on, starts) end
    from ill where (early or late) and coalesce(placed_n, closing_n) is not null`,
  `insert into problem
    select coalesce(closing_n, placed_n), case when closing_n is null then 'parent' else 'on' end,
      case when closing_n is null then 'PARENT_NOT_ACTIVE' else 'CHILDREN_LEFT' end,
      case when closing_n is null then format('%s closes on %s: say where the unit stands from then on', min(parent), min(closed_on))
        else format('active units still stand under it on that day (%s, such as %s): place them elsewhere from then on, or close them', count(*), min(child)) end
    from ill where not early and not late and coalesce(closing_n, placed_n) is not null
    group by coalesce(closing_n, placed_n), closing_n is null`,
  // Figures that are known already.
  `insert into problem select f.n, 'on', 'FIGURES_AFTER_CLOSURE', format('the unit has %s figures or adoptions of that day or later: take them back first', count(*))
    from fact f join (
      select unit_id, date from figure where status = 'APPROVED' union all select unit_id, decided_on from norm where not withdrawn
      union all select unit_id, as_of from member_count where ended_at is null union all select unit_id, adopted_on from campaign_adoption where ended_at is null) g on g.unit_id = f.unit_id and g.date >= f.starts
    where f.news and f.field = 'successor' group by f.n`,
  `insert into problem
    select m.n, 'parent', 'COUNTERPART_LOST', format('%s targets or adoptions of %s or of units beneath name a unit that would no longer stand above them', count(*), min(m.code))
    from (
      select distinct f.n, u.code, f.starts, a.unit_id from fact f join org_unit u on u.id = f.unit_id
      cross join lateral (select f.unit_id union select unit_id from ancestry where ancestor_id = f.unit_id) a
      where f.news and f.field = 'parent' and f.n in (select n from verdict where type = 'placement')
    ) m
    join (select unit_id, counterpart_id, date from figure where status = 'APPROVED' union all select unit_id, counterpart_id, decided_on from norm where not withdrawn
        union all select a.unit_id, c.launched_by_id, a.adopted_on from campaign_adoption a join campaign c on c.id = a.campaign_id where a.ended_at is null) g
      on g.unit_id = m.unit_id and g.date >= m.starts and g.counterpart_id is not null
    where not exists (select from ancestry a where a.unit_id = g.unit_id and a.ancestor_id = g.counterpart_id and a.starts <= g.date and a.ends > g.date)
    group by m.n`,
];

/** What refers to the tree: campaigns, clusters, numbers of members. */
export const checkReferents = [
  `insert into problem
    select v.n, 'implements', 'IMPLEMENTS_NOT_ABOVE', format('%s is launched neither by a unit above the launching unit nor by an external body', t.code)
    from verdict v join campaign c on c.code = v.key join campaign t on t.code = v.body->>'implements'
    where v.type = 'campaign' and ${CHANGES} and t.external_launcher is null and t.id <> c.id
      and not (v.body ? 'launchedBy' and c.launched_by_id is null)
      and not exists (select from doubtful d where d.unit_id = c.launched_by_id)
      and not exists (select from ancestry a join doubtful d on d.unit_id = a.ancestor_id where a.unit_id = c.launched_by_id)
      and not exists (select from ancestry a where a.unit_id = c.launched_by_id and a.ancestor_id = t.launched_by_id)`,
  `insert into problem select s.n, 'members', 'NOT_A_CHILD', format('%s never stood directly under the owner', s.code)
    from said_member s
    where s.unit_id not in (select unit_id from doubtful) and not exists (select from placement p where p.unit_id = s.unit_id and p.parent_id = s.owner_id)`,
  // What is corrected can be what others rest on: they are named, not broken.
  `insert into problem
    select (select min(v.n) from verdict v where v.state = 'differs' and v.mode = 'c' and v.type in ('campaign', 'placement')), 'corrects', 'IMPLEMENTS_NOT_ABOVE',
      format('%s implements %s, which would be launched neither by a unit above it nor by an external body', c.code, t.code)
    from campaign c join campaign t on t.id = c.implements_id
    where exists (select from verdict v where v.state = 'differs' and v.mode = 'c' and (v.type = 'placement' or v.type = 'campaign' and v.key = t.code))
      and c.code not in (select key from verdict where type = 'campaign' and ${CHANGES.replaceAll('v.', '')})
      and t.external_launcher is null and c.launched_by_id is not null and c.launched_by_id not in (select unit_id from doubtful)
      and not exists (select from ancestry a where a.unit_id = c.launched_by_id and a.ancestor_id = t.launched_by_id)`,
  `insert into problem
    select (select min(v.n) from verdict v where v.state = 'differs' and v.mode = 'c' and v.type = 'placement'), 'parent', 'NOT_A_CHILD',
      format('%s is a member of the cluster %s, and would never have stood directly under its owner', u.code, k.code)
    from emulation_cluster_member m join emulation_cluster k on k.id = m.cluster_id join org_unit u on u.id = m.unit_id
    where exists (select from verdict v where v.state = 'differs' and v.mode = 'c' and v.type = 'placement')
      and m.unit_id not in (select unit_id from doubtful) and not exists (select from said_member s where s.unit_id = m.unit_id)
      and not exists (select from placement p where p.unit_id = m.unit_id and p.parent_id = k.owner_id)`,
  `insert into problem select v.n, 'adoptedOn', 'OUTSIDE_VALIDITY', format('the unit is active from %s%s', u.valid_from, coalesce(' until the day before ' || u.closed_on, ''))
    from verdict v join org_unit u on u.code = v.body->>'unit'
    where v.type = 'adoption' and ((v.body->>'adoptedOn')::date < u.valid_from or (v.body->>'adoptedOn')::date >= u.closed_on)`,
  // Adoptions that the import states, and those of campaigns that it corrects.
  `insert into problem select x.n, x.field, 'LAUNCHER_NOT_ABOVE', format('on %s %s does not stand under the unit that launched the campaign', min(x.adopted_on), min(u.code))
    from (
      select v.n, 'campaign' as field, a.* from verdict v join org_unit u on u.code = v.body->>'unit' join campaign c on c.code = v.body->>'campaign'
        join campaign_adoption a on a.unit_id = u.id and a.campaign_id = c.id and a.ended_at is null where v.type = 'adoption' and ${CHANGES}
      union all
      select v.n, 'launchedBy', a.* from verdict v join campaign c on c.code = v.key join campaign_adoption a on a.campaign_id = c.id and a.ended_at is null
        where v.type = 'campaign' and v.state = 'differs' and v.mode = 'c') x
    join org_unit u on u.id = x.unit_id join campaign c on c.id = x.campaign_id
    where c.launched_by_id is not null and x.unit_id not in (select unit_id from doubtful)
      and not exists (select from doubtful d join ancestry n on n.ancestor_id = d.unit_id where n.unit_id = x.unit_id)
      and not exists (select from ancestry n where n.unit_id = x.unit_id and n.ancestor_id = c.launched_by_id and n.starts <= x.adopted_on and n.ends > x.adopted_on)
    group by x.n, x.field`,
  `insert into problem select v.n, 'implements', 'NOT_LAUNCHED', format('%s is a draft: nobody below knows of it', t.code)
    from verdict v join campaign t on t.code = v.body->>'implements' where v.type = 'campaign' and ${CHANGES} and t.status = 'DRAFT'`,
  `insert into problem select v.n, 'asOf', 'OUTSIDE_VALIDITY', format('the unit is active from %s%s', u.valid_from, coalesce(' until the day before ' || u.closed_on, ''))
    from verdict v join org_unit u on u.code = v.body->>'unit'
    where v.type = 'memberCount' and ((v.body->>'asOf')::date < u.valid_from or (v.body->>'asOf')::date >= u.closed_on)`,
];
