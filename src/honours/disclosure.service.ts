import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, UserFault, type Outcome } from '../access/command.js';
import { reasonOf, textOf } from '../access/input.rules.js';
import { assertWithin, unknownCode } from '../access/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { decodeNodeId } from '../shared/node-id.js';
import { DISCLOSURE_COLUMNS } from './disclosure.query.js';
import { HOMES } from './disclosure.rules.js';
import type { DiscloseRecordInput, Disclosure, WithdrawDisclosureInput } from './disclosure.type.js';

/** Shows an honour of a unit of which the caller is a CAMPAIGN_MANAGER; or shows it otherwise, where it is shown. */
export function discloseRecord(context: Context, input: DiscloseRecordInput): Promise<Outcome<{ disclosure: Disclosure }>> {
  const { table, ready, not } = HOMES[input.of];
  return command(context, {
    name: 'discloseRecord', grants: 'act by', input, nothing: { disclosure: null },
    prepare: async (em) => {
      const [thing] = isCode(input.code)
        ? await rowsOf<{ id: number; unit: number }>(em, `select t.id, t.unit_id as unit from ${table} t where t.code = $1`, [input.code])
        : [];
      if (thing === undefined) throw unknownCode('code');
      await assertWithin(em, thing.unit, 'publisher', 'code');
      return thing;
    },
    act: async (em, thing) => {
      // As it is now, and nobody changes it until it is shown: not whoever takes it back, nor who says it otherwise.
      await em.execute('select disclosed_hold(?, ?)', [input.of, thing.id]);
      const [now] = await rowsOf<{ ready: boolean }>(em, `select ${ready} as ready from ${table} t where t.id = $1`, [thing.id]);
      if (now?.ready !== true) throw new UserFault('code', 'INVALID', not);
      const note = textOf('note', input.note);
      // Of two who show it at once, the second waits.
      await em.execute('select pg_advisory_xact_lock(715017, ?)', [thing.id]);
      const [current] = await disclosures(em, 'd.of = $1 and d.thing_id = $2 and d.ended_at is null', [input.of, thing.id]);
      assertVersion(input, current?.version ?? 0, current && { disclosure: current });
      if (current !== undefined) {
        if (current.audience === input.audience && current.withNames === input.withNames && current.note === note) return { disclosure: current };
        await em.execute('update disclosure set ended_at = now() where id = ?', [current.key]);
      }
      const [{ id }] = (await rowsOf<{ id: number }>(
        em,
        // Campaign and path are the thing's too, by a trigger.
        `insert into disclosure ("of", thing_id, code, unit_id, path, audience, with_names, note) values ($1, $2, $3, $4, '', $5, $6, $7) returning id`,
        [input.of, thing.id, input.code, thing.unit, input.audience, input.withNames, note],
      )) as [{ id: number }];
      const [disclosure] = await disclosures(em, 'd.id = $1', [id]);
      audit(em, context, 'DISCLOSE_RECORD', thing.unit, said(disclosure!), current === undefined ? null : said(current));
      return { disclosure: disclosure! };
    },
  });
}

/** Takes back a disclosure of a unit of which the caller is a CAMPAIGN_MANAGER. Of one that has ended nothing changes. */
export function withdrawDisclosure(context: Context, input: WithdrawDisclosureInput): Promise<Outcome<{ disclosure: Disclosure }>> {
  const key = Number(decodeNodeId(input.id, new Set(['Disclosure']), context.reads.ids).key);
  return command(context, {
    name: 'withdrawDisclosure', grants: 'act by', input, nothing: { disclosure: null },
    prepare: async (em) => {
      const [disclosure] = await disclosures(em, 'd.id = $1', [key]);
      if (disclosure === undefined) throw new UserFault('id', 'NOT_FOUND', 'There is no such disclosure.');
      await assertWithin(em, disclosure.unitKey, 'publisher', 'id');
      return disclosure;
    },
    act: async (em, disclosure) => {
      const why = reasonOf(input.reason);
      assertVersion(input, disclosure.version, { disclosure });
      const ended = await rowsOf(em, 'update disclosure set ended_at = now(), end_reason = $1 where id = $2 and ended_at is null returning id', [why, key]);
      if (ended.length > 0) audit(em, context, 'WITHDRAW_DISCLOSURE', disclosure.unitKey, { reason: why }, said(disclosure));
      return { disclosure: (await disclosures(em, 'd.id = $1', [key]))[0]! };
    },
  });
}

const disclosures = (em: EntityManager, where: string, values: unknown[]): Promise<Disclosure[]> =>
  rowsOf<Disclosure>(em, `select ${DISCLOSURE_COLUMNS} from disclosure d where ${where}`, values);

const said = ({ of, code, audience, withNames }: Disclosure): object => ({ of, code, audience, withNames });
