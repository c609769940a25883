import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, auditAll, command, UserFault, type Deed, type Outcome } from '../access/command.js';
import { codeGiven, codeTaken, nameOf, wordsOf } from '../access/input.rules.js';
import { assertWithin, keyOf, unknownCode } from '../access/reference.query.js';
import { isWithin } from '../access/row-scope.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { CLUSTER_COLUMNS } from './cluster.query.js';
import type { EmulationCluster, SaveClusterInput } from './cluster.type.js';

const MOST_MEMBERS = 1000;

/** A cluster with its members in the caller's scope, by code. */
interface Known {
  readonly cluster: EmulationCluster;
  readonly members: readonly Member[];
}
interface Member {
  readonly key: number;
  readonly code: string;
}

/** Groups units directly under one of which the caller is an ADMIN, or says anew who is in the group. */
export function saveCluster(context: Context, input: SaveClusterInput): Promise<Outcome<{ cluster: EmulationCluster }>> {
  return command(context, {
    name: 'saveCluster', grants: 'act by', input, nothing: { cluster: null },
    prepare: async (em) => {
      const owner = await keyOf(em, 'owner', 'select id from org_unit where code = $1', [input.owner]);
      await assertWithin(em, owner, 'admin', 'owner');
      return owner;
    },
    act: async (em, owner) => {
      const code = codeGiven(input.code, 'cl');
      const [name, source, note] = [nameOf(input.name), wordsOf('source', input.source, 500), wordsOf('note', input.note, 2000)];
      if (input.year < 1900 || input.year > 2999) throw new UserFault('year', 'INVALID', 'year takes 1900 to 2999.');
      // Who stands under the owner is looked at, and stays so; and the owner forms one cluster at a time.
      await em.execute('select structure_lock_shared(), pg_advisory_xact_lock(715006, ?)', [owner]);
      const before = input.code == null ? undefined : await knownCluster(em, code);
      if (before !== undefined && before.cluster.ownerKey !== owner) throw codeTaken();
      const shown = before && { cluster: before.cluster };
      assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before?.cluster.version ?? 0, shown);
      if (before !== undefined && before.cluster.kind !== input.kind) throw new UserFault('kind', 'INVALID', `This is a ${before.cluster.kind}, and stays one.`, shown);
      if (before !== undefined && before.cluster.year !== input.year) throw new UserFault('year', 'INVALID', `This cluster is of ${before.cluster.year}: make another for another year.`, shown);
      const members = await membersOf(em, owner, before?.cluster.key ?? null, input);
      const lead = input.leadUnit == null ? null : members.find((member) => member.code === input.leadUnit);
      if (lead === undefined) throw new UserFault('leadUnit', 'INVALID', 'leadUnit must be one of the members.');

      const values = [name, lead?.key ?? null, source, note];
      let key = before?.cluster.key;
      if (before === undefined) {
        const [made] = await rowsOf<{ id: number }>(
          em,
          'insert into emulation_cluster (name, lead_unit_id, source, note, code, owner_id, kind, year) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (code) do nothing returning id',
          [...values, code, owner, input.kind, input.year],
        );
        if (made === undefined) throw codeTaken();
        key = made.id;
      } else {
        const { cluster } = before;
        const isSame = JSON.stringify([cluster.name, cluster.leadUnitKey, cluster.source, cluster.note]) === JSON.stringify(values) && keys(before.members) === keys(members);
        if (isSame) return { cluster };
        await rowsOf(em, 'update emulation_cluster set name = $1, lead_unit_id = $2, source = $3, note = $4 where id = $5', [...values, key]);
      }
      await rowsOf(em, 'delete from emulation_cluster_member where cluster_id = $1 and unit_id <> all ($2)', [key, members.map((member) => member.key)]);
      await rowsOf(em, 'insert into emulation_cluster_member (cluster_id, unit_id) select $1, unnest($2::int[]) on conflict do nothing', [key, members.map((member) => member.key)]);
      const after = (await knownCluster(em, code))!;
      auditAll(em, context, 'SAVE_CLUSTER', deedsOf(owner, before, after));
      return { cluster: after.cluster };
    },
  });
}

/** Of the owner's lock: nobody changes it until the command is done. */
async function knownCluster(em: EntityManager, code: string): Promise<Known | undefined> {
  const [cluster] = isCode(code) ? await rowsOf<EmulationCluster>(em, `select ${CLUSTER_COLUMNS} from emulation_cluster c where c.code = $1`, [code]) : [];
  if (cluster === undefined) return undefined;
  const members = await rowsOf<Member>(em, 'select u.id as key, u.code from emulation_cluster_member m join org_unit u on u.id = m.unit_id where m.cluster_id = $1 order by u.code', [cluster.key]);
  return { cluster, members };
}

interface Candidate extends Member {
  /** It stands directly under the owner on some day of the year, and is active then. */
  readonly beneath: boolean;
  /** Another cluster of the kind and year in which it stands. */
  readonly elsewhere: string | null;
}

async function membersOf(em: EntityManager, owner: number, cluster: number | null, { members: codes, kind, year }: SaveClusterInput): Promise<Member[]> {
  if (codes.length === 0 || codes.length > MOST_MEMBERS) throw new UserFault('members', 'INVALID', `members takes 1 to ${MOST_MEMBERS.toLocaleString('en')} codes.`);
  const found = await rowsOf<Candidate>(
    em,
    `select u.id as key, u.code,
       exists (select from placement p where p.unit_id = u.id and p.parent_id = $2 and p.starts < y.next and p.ends > y.first and u.valid_from < y.next and coalesce(u.closed_on, 'infinity') > greatest(y.first, p.starts)) as beneath,
       (select c.code from emulation_cluster_member m join emulation_cluster c on c.id = m.cluster_id
         where m.unit_id = u.id and c.owner_id = $2 and c.kind = $4 and c.year = $3 and c.id is distinct from $5::int order by c.code limit 1) as elsewhere
     from org_unit u cross join lateral (select make_date($3, 1, 1) as first, make_date($3 + 1, 1, 1) as next) y where u.code = any ($1) and ${isWithin('u.path', 'scope')}`,
    [codes.filter(isCode), owner, year, kind, cluster],
  );
  const known = new Map(found.map((one) => [one.code, one]));
  return codes.map((code, i) => {
    const it = known.get(code);
    if (it === undefined) throw unknownCode(`members.${i}`);
    if (codes.indexOf(code) < i) throw new UserFault(`members.${i}`, 'INVALID', 'This unit is named twice.');
    if (!it.beneath) throw new UserFault(`members.${i}`, 'INVALID', `This unit does not stand directly under the owner in ${year}.`);
    if (it.elsewhere !== null) throw new UserFault(`members.${i}`, 'CONFLICT', `This unit stands in ${it.elsewhere} already.`);
    return { key: it.key, code };
  });
}

const keys = (members: readonly Member[]): string => members.map(({ key }) => key).sort((a, b) => a - b).join();

/** Of the owner what the cluster is, and of each member whose part in it has changed, that. No entry names another unit. */
function deedsOf(owner: number, before: Known | undefined, after: Known): Deed[] {
  const parts = new Map<number, Deed>();
  const note = (known: Known | undefined, when: 'before' | 'after'): void => {
    for (const { key } of known?.members ?? []) parts.set(key, { ...(parts.get(key) ?? { unit: key }), [when]: { cluster: after.cluster.code, leads: known!.cluster.leadUnitKey === key } });
  };
  note(before, 'before');
  note(after, 'after');
  const changed = [...parts.values()].filter((deed) => JSON.stringify(deed.before) !== JSON.stringify(deed.after));
  return [{ unit: owner, before: before === undefined ? null : said(before), after: said(after) }, ...changed];
}

const said = ({ cluster: { code, name, kind, year, source, note, version }, members }: Known): object => ({ code, name, kind, year, members: members.length, source, note, version });
