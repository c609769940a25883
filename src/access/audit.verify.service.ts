import type pg from 'pg';

/** What is wrong with the audit log, and with which entry or seal. */
export interface AuditProblem {
  readonly kind: keyof typeof SAYS;
  readonly entry: string | null;
  readonly seal: number | null;
}

const SAYS = {
  ENTRY_CHANGED: 'is not what was sealed',
  ENTRY_REMOVED: 'was sealed and is gone',
  ENTRY_LATE: 'is in no seal, and too old for the next one: it was put in later, or its seal is gone',
  ENTRY_TWICE: 'is in two seals',
  SEAL_CHANGED: 'is not what was hashed',
  SEAL_REMOVED: 'is gone',
  CHAIN_BROKEN: 'does not follow the seal before it',
  HEAD_LOST: 'the hash that was kept elsewhere is that of no seal: seals were taken off the end, or made anew',
} as const;

export interface AuditVerdict {
  readonly entries: number;
  readonly seals: number;
  /** Entries that wait for the next seal. */
  readonly unsealed: number;
  /** The last seal; null before there is one. */
  readonly head: { readonly seal: number; readonly hash: string } | null;
  /** The first, at most as many as were asked for. */
  readonly problems: readonly AuditProblem[];
  readonly problemCount: number;
}

export interface AuditVerifyOptions {
  /** How many problems to describe. */
  readonly limit?: number;
  /** The hash of a head of an earlier day, as it was kept elsewhere. */
  readonly head?: string | undefined;
}

/** An entry as audit_seal() digests it. */
const ENTRY = `sha256(convert_to(jsonb_build_array(e.id, extract(epoch from e.at), e.principal, e.action, e.unit_id, e.before::text, e.after::text, e.request_id)::text, 'UTF8'))`;
const HASH = `sha256(s.previous || sha256(convert_to(jsonb_build_array(s.id, extract(epoch from s.sealed_at), s.covers::text)::text, 'UTF8')) || s.digests)`;
/** Of the seals whose digests are as many as their entries: every entry, and which of the digests is its own. */
const SEALED = `audit_seal s
  join lateral (select sum(upper(r) - lower(r)) as entries from unnest(s.covers) r) c on octet_length(s.digests) = 32 * c.entries
  cross join lateral (select i.id, row_number() over (order by i.id) as place from unnest(s.covers) r cross join lateral generate_series(lower(r), upper(r) - 1) i (id)) n`;

type Found = AuditProblem & { readonly count: string };

/**
 * Recomputes the seals of the audit log from its entries, with no function of the database’s own: each entry against its
 * digest, each seal against its hash, and each hash against the seal that follows. Reads one snapshot; changes nothing.
 */
export async function verifyAudit(pool: pg.Pool, { limit = 20, head }: AuditVerifyOptions = {}): Promise<AuditVerdict> {
  const client = await pool.connect();
  const problems: AuditProblem[] = [];
  let problemCount = 0;
  const look = async (statement: string, values: unknown[] = []): Promise<void> => {
    const { rows } = await client.query<Found>(`select f.*, count(*) over () as count from (${statement}) f order by entry, seal limit ${limit}`, values);
    problemCount += Number(rows[0]?.count ?? 0);
    problems.push(...rows.slice(0, Math.max(0, limit - problems.length)).map(({ kind, entry, seal }) => ({ kind, entry, seal })));
  };
  try {
    await client.query('begin isolation level repeatable read read only');
    await look(
      `select unnest(array_remove(array[
           case when s.hash <> ${HASH} or octet_length(s.digests) is distinct from 32 * (select sum(upper(r) - lower(r)) from unnest(s.covers) r) then 'SEAL_CHANGED' end,
           case when s.before = s.id - 1 and s.previous <> s.hash_before then 'CHAIN_BROKEN' end], null)) as kind, null::bigint as entry, s.id as seal
       from (select *, coalesce(lag(id) over chain, 0) as before, coalesce(lag(hash) over chain, decode(repeat('00', 32), 'hex')) as hash_before from audit_seal window chain as (order by id)) s`,
    );
    await look(
      `select 'SEAL_REMOVED' as kind, null::bigint as entry, gone as seal
       from (select id, coalesce(lag(id) over (order by id), 0) as before from audit_seal) s cross join lateral generate_series(s.before + 1, s.id - 1) gone`,
    );
    await look(
      `select case when e.id is null then 'ENTRY_REMOVED' else 'ENTRY_CHANGED' end as kind, n.id as entry, s.id as seal
       from ${SEALED} left join audit_log e on e.id = n.id
       where e.id is null or ${ENTRY} <> substr(s.digests, (n.place * 32 - 31)::int, 32)`,
    );
    await look(`select 'ENTRY_TWICE' as kind, n.id as entry, max(s.id) as seal from ${SEALED} group by n.id having count(*) > 1`);
    const unsealed = `audit_log e where not coalesce((select range_agg(covers) from audit_seal) @> e.id, false)`;
    const behind = `e.at <= (select sealed_at from audit_seal order by id desc limit 1) - interval '1 hour'`;
    await look(`select 'ENTRY_LATE' as kind, e.id as entry, null::int as seal from ${unsealed} and ${behind}`);
    if (head !== undefined) await look(`select 'HEAD_LOST' as kind, null::bigint as entry, null::int as seal where not exists (select from audit_seal where encode(hash, 'hex') = $1)`, [head]);

    const { rows } = await client.query<{ entries: number; seals: number; unsealed: number; head: number | null; hash: string | null }>(
      `select (select count(*)::int from audit_log) as entries, (select count(*)::int from audit_seal) as seals,
         (select count(*)::int from ${unsealed} and (${behind}) is not true) as unsealed, h.id as head, encode(h.hash, 'hex') as hash
       from (select) one left join (select id, hash from audit_seal order by id desc limit 1) h on true`,
    );
    const { entries, seals, unsealed: waiting, head: seal, hash } = rows[0]!;
    return { entries, seals, unsealed: waiting, head: seal === null ? null : { seal, hash: hash! }, problems, problemCount };
  } finally {
    await client.query('rollback').catch(() => {});
    client.release();
  }
}

/** A problem in a line, for the operator. */
export function sayProblem({ kind, entry, seal }: AuditProblem): string {
  const about = entry === null ? (seal === null ? '' : ` · seal ${seal}`) : ` · entry ${entry}${seal === null ? '' : ` of seal ${seal}`}`;
  return `audit log${about}: ${SAYS[kind]}`;
}

/** How much there is, and the head to keep elsewhere. */
export function sayAudit({ entries, seals, unsealed, head }: AuditVerdict): string {
  const last = head === null ? 'nothing is sealed yet' : `the last is ${head.seal}, of the hash ${head.hash}`;
  return `${entries} entries of the audit log, ${seals} seals, ${unsealed} entries not sealed yet; ${last}`;
}
