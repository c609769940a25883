import type pg from 'pg';
import { loadSnapshot, lockPublications, PublishedEquations, writePublication, type PublicationKey, type Snapshot } from '../ledger/publication.snapshot.service.js';
import { toScaled } from '../ledger/progress.rules.js';

const unknown = (what: string, id: string) => `
  insert into problem select n, '${what}', 'UNKNOWN_${what.toUpperCase()}', format('no ${what} has the code %s', body->>'${what}')
  from said_publication p where ${id} is null and not exists (select from broken b where b.declares = '${what}' and b.code = p.body->>'${what}')`;

export const resolvePublications = [
  `create temp table said_publication on commit drop as
    select v.n, v.mode, v.state, v.body, u.id as unit_id, c.id as campaign_id, ph.id as phase_id, i.id as indicator_id
    from verdict v left join org_unit u on u.code = v.body->>'unit' left join campaign c on c.code = v.body->>'campaign'
    left join indicator i on i.code = v.body->>'indicator' left join campaign_phase ph on ph.campaign_id = c.id and ph.code = v.body->>'phase'
    where v.type = 'publication'`,
  unknown('unit', 'unit_id'),
  unknown('campaign', 'campaign_id'),
  unknown('indicator', 'indicator_id'),
  `insert into problem select n, 'phase', 'UNKNOWN_PHASE', format('no phase has the code %s in this campaign', body->>'phase')
    from said_publication where body ? 'phase' and campaign_id is not null and phase_id is null`,
  `insert into problem select n, 'campaign', 'NOT_LAUNCHED', 'the campaign is a draft: nobody outside knows of it'
    from said_publication p join campaign c on c.id = p.campaign_id where c.status = 'DRAFT'`,
  `insert into problem select n, 'asOf', 'FUTURE_DATE', format('is later than today, %s', today()) from said_publication where (body->>'asOf')::date > today()`,
];

// New ones, corrections, and those that may correct a number which is no longer the total.
const TO_PUBLISH = `
  select s.n, s.state, s.body, s.unit_id as "unitId", s.campaign_id as "campaignId", s.phase_id as "phaseId", s.indicator_id as "indicatorId",
    coalesce(s.body->>'basis', 'RESULT') as measure, s.body->>'asOf' as "asOf", s.body->>'value' as value, p.value as published
  from said_publication s
  left join publication p on p.ended_at is null and p.unit_id = s.unit_id and p.campaign_id = s.campaign_id and p.phase_id is not distinct from s.phase_id
    and p.indicator_id = s.indicator_id and p.measure::text = coalesce(s.body->>'basis', 'RESULT') and p.as_of = (s.body->>'asOf')::date
  where s.state = 'new' or s.mode = 'c' order by s.n`;

interface Said extends PublicationKey {
  readonly n: number;
  readonly state: 'new' | 'same' | 'differs';
  readonly body: { readonly audience: 'PARTNER' | 'PUBLIC'; readonly source?: string; readonly note?: string };
  /** The number that the record says it publishes, and the one that is published. */
  readonly value: string | null;
  readonly published: string | null;
}

/**
 * Publishes what the import says, from settled balances, and notes what is wrong with it; returns whether there was
 * anything. Figures that units state of themselves come first: with them known, it is the set that counts and not the order.
 */
export async function publish(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<Said>(TO_PUBLISH);
  if (rows.length === 0) return false;
  await lockPublications(client);
  const problem = (n: number, field: string, code: string, message: string): Promise<unknown> =>
    client.query('insert into problem (n, field, code, message) values ($1, $2, $3, $4)', [n, field, code, message]);

  const published = new PublishedEquations(client);
  const acts: { said: Said; snapshot: Snapshot; alone: boolean }[] = [];
  for (const said of rows) {
    const snapshot = await loadSnapshot(client, said);
    if (snapshot === null) await problem(said.n, 'asOf', 'NOTHING_REPORTED', 'nothing was reported by then: there is no total');
    else if (said.value !== null && toScaled(said.value) !== snapshot.total.scaled)
      await problem(said.n, 'value', 'VALUE_DIFFERS', `the total of that day is ${textOf(snapshot.total.scaled)}; left out, that is published`);
    else if (said.state !== 'same' || toScaled(said.published!) !== snapshot.total.scaled)
      acts.push({ said, snapshot, alone: await published.standsAlone(snapshot) });
  }
  for (const { said, snapshot } of [...acts.filter(({ alone }) => alone), ...acts.filter(({ alone }) => !alone)]) {
    if (await published.forbid(snapshot)) {
      await problem(said.n, 'unit', 'TOO_FEW_UNITS', 'with what was published before, it gives away figures of one or two units');
      continue;
    }
    await published.add(snapshot);
    const { audience, source = null, note = null } = said.body;
    await writePublication(client, snapshot, { audience, source, note });
    if (said.state === 'same') await client.query(`update verdict set state = 'differs' where n = $1`, [said.n]);
  }
  return true;
}

function textOf(scaled: bigint): string {
  const size = scaled < 0n ? -scaled : scaled;
  return `${scaled < 0n ? '-' : ''}${size / 10_000n}${size % 10_000n === 0n ? '' : `.${String(size % 10_000n).padStart(4, '0').replace(/0+$/, '')}`}`;
}
