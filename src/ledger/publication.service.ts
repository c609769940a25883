import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, UserFault, type Outcome } from '../access/command.js';
import { reasonOf, textOf } from '../access/input.rules.js';
import { assertWithin, unitWithin } from '../access/reference.query.js';
import { campaignKey, indicatorKey, phaseKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { parseOptionalDay } from '../shared/dates.js';
import { queryingOf } from '../shared/database/querying.js';
import { decodeNodeId } from '../shared/node-id.js';
import { PUBLICATION_COLUMNS, PUBLICATION_SOURCE } from './publication.query.js';
import { loadSnapshot, lockPublications, PublishedEquations, writePublication, type PublicationKey } from './publication.snapshot.service.js';
import type { Publication, PublishTotalInput, WithdrawPublicationInput } from './publication.type.js';

/** Publishes a total of a unit of which the caller is a CAMPAIGN_MANAGER. */
export function publishTotal(context: Context, input: PublishTotalInput): Promise<Outcome<{ publication: Publication }>> {
  const asOf = parseOptionalDay(input.asOf, 'input.asOf') ?? context.today;
  return command(context, {
    name: 'publishTotal', grants: 'act by', input, nothing: { publication: null },
    prepare: (em) => unitWithin(em, input.unit, 'publisher'),
    act: async (em, unitId) => {
      const campaignId = await campaignKey(em, input.campaign);
      const drafts = await em.execute(`select from campaign where id = ? and status = 'DRAFT'`, [campaignId]);
      if (drafts.length > 0) throw new UserFault('campaign', 'INVALID', 'The campaign has not been launched yet.');
      const phaseId = await phaseKey(em, input.phase, campaignId);
      const indicatorId = await indicatorKey(em, input.indicator);
      if (input.basis === 'NORM') throw new UserFault('basis', 'INVALID', 'A norm is no figure and has no total to publish.');
      if (asOf > context.today) throw new UserFault('asOf', 'INVALID', `asOf must be today (${context.today}) or before.`);
      const note = textOf('note', input.note ?? null);
      const key: PublicationKey = { unitId, campaignId, phaseId, indicatorId, measure: input.basis ?? 'RESULT', asOf };

      // In the order in which the ledger locks; nobody posts between what is read here and what is written.
      const client = queryingOf(em);
      await client.query('select structure_lock()');
      await lockPublications(client);
      const snapshot = await loadSnapshot(client, key);
      if (snapshot === null) throw new UserFault('asOf', 'NOTHING_REPORTED', `There is no such total at the end of ${asOf}.`);
      const [current] = await em.execute<{ id: number; version: number; same: boolean }[]>(
        `select id, version, audience = ? and value = ?::numeric * 0.0001 and qualifier = ? as same from publication
         where ended_at is null and unit_id = ? and campaign_id = ? and phase_id is not distinct from ? and indicator_id = ? and measure = ? and as_of = ?`,
        [input.audience, String(snapshot.total.scaled), snapshot.total.qualifier, unitId, campaignId, phaseId, indicatorId, key.measure, asOf],
      );
      assertVersion(input, current?.version ?? 0, current && { publication: await publicationOf(em, current.id) });
      if (current?.same) return { publication: (await publicationOf(em, current.id))! };
      if (await new PublishedEquations(client).forbid(snapshot)) {
        throw new UserFault('unit', 'TOO_FEW_UNITS', 'Together with what was published before, this would give away what one or two units reported.');
      }
      const id = await writePublication(client, snapshot, { audience: input.audience, source: null, note });
      const publication = (await publicationOf(em, id))!;
      audit(em, context, 'PUBLISH_TOTAL', unitId, said(publication));
      return { publication };
    },
  });
}

/** Takes back a publication of a unit of which the caller is a CAMPAIGN_MANAGER. Of one that has ended nothing changes. */
export function withdrawPublication(context: Context, input: WithdrawPublicationInput): Promise<Outcome<{ publication: Publication }>> {
  const key = Number(decodeNodeId(input.id, new Set(['Publication']), context.reads.ids).key);
  return command(context, {
    name: 'withdrawPublication', grants: 'act by', input, nothing: { publication: null },
    prepare: async (em) => {
      const publication = await publicationOf(em, key);
      if (publication === undefined) throw new UserFault('id', 'NOT_FOUND', 'There is no such publication.');
      await assertWithin(em, publication.unitKey, 'publisher', 'id');
      return publication;
    },
    act: async (em, publication) => {
      const why = reasonOf(input.reason);
      assertVersion(input, publication.version, { publication });
      const ended = await em.execute<{ affectedRows: number }>(
        'update publication set ended_at = now(), end_reason = ? where id = ? and ended_at is null',
        [why, key],
        'run',
      );
      if (ended.affectedRows > 0) audit(em, context, 'WITHDRAW_PUBLICATION', publication.unitKey, { reason: why }, said(publication));
      return { publication: (await publicationOf(em, key))! };
    },
  });
}

async function publicationOf(em: EntityManager, key: number): Promise<Publication | undefined> {
  const [publication] = await em.execute<Publication[]>(`select ${PUBLICATION_COLUMNS} ${PUBLICATION_SOURCE} where p.id = ?`, [key]);
  return publication;
}

function said({ campaignCode, phaseCode, indicatorCode, measure, basis, asOf, audience, snapshot }: Publication): object {
  return { campaign: campaignCode, phase: phaseCode, indicator: indicatorCode, measure, basis, asOf, audience, value: snapshot.total };
}
