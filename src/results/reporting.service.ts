import type { EntityManager } from '@mikro-orm/postgresql';
import { assertVersion, audit, command, staleFault, UserFault, type Outcome } from '../access/command.js';
import { assertYear, nameOf, reasonOf } from '../access/input.rules.js';
import { isWithin } from '../access/row-scope.js';
import { isOfCampaign } from '../campaigns/indicator.query.js';
import type { CampaignStatus } from '../campaigns/campaign.type.js';
import { campaignKey } from '../campaigns/reference.query.js';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { rowsOf } from '../shared/database/querying.js';
import { parseDay, parseOptionalDay, type Day } from '../shared/dates.js';
import type { OrgLevel } from '../org-units/org-unit.type.js';
import { ROUND_COLUMNS, ROUND_SOURCE } from './reporting.query.js';
import type { EndReportingRoundInput, ReportingRound, SaveReportingRoundInput } from './reporting.type.js';

const MOST_INDICATORS = 50;

/** Makes a reporting round, or says anew what it is. */
export async function saveReportingRound(context: Context, input: SaveReportingRoundInput): Promise<Outcome<{ round: ReportingRound }>> {
  const days = { from: parseOptionalDay(input.from, 'input.from') ?? null, to: parseOptionalDay(input.to, 'input.to') ?? null };
  const due = input.due.map(({ level, on }, i) => ({ level, on: parseDay(on, `input.due.${i}.on`) }));
  return command(context, {
    name: 'saveReportingRound', grants: 'act by', input, nothing: { round: null },
    prepare: (em) => managedCampaign(em, input.campaign),
    act: async (em, { campaign, unit, status }) => {
      if (status === 'DRAFT') throw new UserFault('campaign', 'INVALID', 'The campaign is not launched yet.');
      if (status === 'CLOSED') throw new UserFault('campaign', 'CONFLICT', 'The campaign is closed.');
      if (!isCode(input.code)) throw new UserFault('code', 'INVALID', 'code takes 1 to 64 letters (A to Z), digits, ".", "_" or "-", and starts with a letter or digit.');
      const name = nameOf(input.name);
      const phase = await phaseOf(em, campaign, input);
      const period = periodOf(input, days, phase);
      assertDue(due, period.from);
      const indicators = await indicatorsOf(em, campaign, input.indicators);

      let before = await lockRound(em, campaign, input.code);
      let former: object | null = null;
      const values = [name, input.kind, phase?.id ?? null, period.from, period.to];
      if (before === undefined) {
        if ((input.expectedVersion ?? 0) !== 0) throw staleFault(0);
        const made = await rowsOf(
          em,
          `insert into reporting_round (campaign_id, code, name, kind, phase_id, period_from, period_to) values ($1, $2, $3, $4, $5, $6, $7) on conflict (campaign_id, code) do nothing returning id`,
          [campaign, input.code, ...values],
        );
        // Another may have made it in the meantime.
        if (made.length === 0) before = await lockRound(em, campaign, input.code);
      }
      if (before !== undefined) {
        assertVersion({ expectedVersion: input.expectedVersion ?? 0 }, before.version, { round: before });
        if (before.endedAt !== null) throw new UserFault('code', 'CONFLICT', 'The round has ended: give a new one another code.', { round: before });
        if (isSame(before, { name, kind: input.kind, phaseKey: phase?.id ?? null, ...period, due, indicatorKeys: indicators })) return { round: before };
        former = await said(em, before);
        await rowsOf(em, 'update reporting_round set name = $2, kind = $3, phase_id = $4, period_from = $5, period_to = $6 where id = $1', [before.key, ...values]);
      }
      const { key } = before ?? (await lockRound(em, campaign, input.code))!;
      await rowsOf(em, 'delete from round_due where round_id = $1', [key]);
      await rowsOf(em, 'insert into round_due (round_id, level, due_on) select $1, level, "on" from jsonb_to_recordset($2) d (level org_level, "on" date)', [key, JSON.stringify(due)]);
      await rowsOf(em, 'delete from round_indicator where round_id = $1', [key]);
      await rowsOf(em, 'insert into round_indicator (round_id, indicator_id) select $1, unnest($2::int[])', [key, indicators]);
      const round = (await lockRound(em, campaign, input.code))!;
      audit(em, context, 'SAVE_REPORTING_ROUND', unit, await said(em, round), former);
      return { round };
    },
  });
}

/** Ends a reporting round: it is nobody's task any more. */
export async function endReportingRound(context: Context, input: EndReportingRoundInput): Promise<Outcome<{ round: ReportingRound }>> {
  return command(context, {
    name: 'endReportingRound', grants: 'act by', input, nothing: { round: null },
    prepare: async (em) => {
      const managed = await managedCampaign(em, input.campaign);
      if ((await lockRound(em, managed.campaign, input.code)) === undefined) throw new UserFault('code', 'NOT_FOUND', 'The campaign has no round of this code.');
      return managed;
    },
    act: async (em, { campaign, unit }) => {
      const reason = reasonOf(input.reason);
      const before = (await lockRound(em, campaign, input.code))!;
      assertVersion(input, before.version, { round: before });
      if (before.endedAt !== null) throw new UserFault('code', 'CONFLICT', 'The round has ended already.', { round: before });
      await rowsOf(em, 'update reporting_round set ended_at = now(), end_reason = $2 where id = $1', [before.key, reason]);
      const round = (await lockRound(em, campaign, input.code))!;
      audit(em, context, 'END_REPORTING_ROUND', unit, { campaign: input.campaign, code: round.code, version: round.version, reason }, { version: before.version });
      return { round };
    },
  });
}

/** The campaign, and the unit in whose name the caller keeps its rounds: its launcher, or a NATIONAL unit where a body outside the unions launched it. */
async function managedCampaign(em: EntityManager, code: string): Promise<{ campaign: number; unit: number; status: CampaignStatus }> {
  const campaign = await campaignKey(em, code);
  const [it] = await rowsOf<{ unit: number; status: CampaignStatus }>(
    em,
    `select u.id as unit, c.status from campaign c join org_unit u on u.id = c.launched_by_id or c.launched_by_id is null and u.level = 'NATIONAL' where c.id = $1 and ${isWithin('u.path', 'publisher')} order by u.code limit 1`,
    [campaign],
  );
  if (it === undefined) throw new UserFault('campaign', 'FORBIDDEN', 'This takes a CAMPAIGN_MANAGER of the unit that launched the campaign; where a body outside the unions did, of a NATIONAL unit.');
  return { campaign, ...it };
}

/** The round as it is now, and nobody else changes it until the command is done. */
async function lockRound(em: EntityManager, campaign: number, code: string): Promise<ReportingRound | undefined> {
  const [held] = isCode(code) ? await rowsOf<{ id: number }>(em, 'select id from reporting_round where campaign_id = $1 and code = $2 for update', [campaign, code]) : [];
  if (held === undefined) return undefined;
  const [round] = await rowsOf<ReportingRound>(em, `select ${ROUND_COLUMNS} ${ROUND_SOURCE} where r.id = $1`, [held.id]);
  return round;
}

interface Phase {
  readonly id: number;
  /** Widest, as far as they are known. */
  readonly from: Day | null;
  readonly to: Day | null;
}

async function phaseOf(em: EntityManager, campaign: number, { phase, kind }: SaveReportingRoundInput): Promise<Phase | null> {
  if (phase == null) {
    if (kind === 'PHASE') throw new UserFault('phase', 'INVALID', 'A round of kind PHASE is of a phase of the campaign.');
    return null;
  }
  const [found] = isCode(phase)
    ? await rowsOf<Phase>(
        em,
        `select id, earliest_day(starts_on, starts_on_precision) as "from",
           latest_day(ends_on, ends_on_precision) as "to"
         from campaign_phase where campaign_id = $1 and code = $2`,
        [campaign, phase],
      )
    : [];
  if (found === undefined) throw new UserFault('phase', 'NOT_FOUND', 'The campaign has no phase of this code.');
  return found;
}

function periodOf({ kind }: SaveReportingRoundInput, given: { from: Day | null; to: Day | null }, phase: Phase | null): { from: Day; to: Day } {
  const ofPhase = kind === 'PHASE' ? phase : null;
  const [from, to] = [given.from ?? ofPhase?.from, given.to ?? ofPhase?.to];
  if (from == null) throw new UserFault('from', 'INVALID', ofPhase ? 'The first day of the phase is not known: say when the period begins.' : 'Say when the period begins.');
  if (to == null) throw new UserFault('to', 'INVALID', ofPhase ? 'The last day of the phase is not known: say when the period ends.' : 'Say when the period ends.');
  assertYear('from', from);
  if (to < from) throw new UserFault('to', 'INVALID', `to must be ${from} or later.`);
  return { from, to };
}

function assertDue(due: readonly { level: OrgLevel; on: Day }[], from: Day): void {
  if (due.length === 0) throw new UserFault('due', 'INVALID', 'Name at least one level that owes.');
  due.forEach(({ level, on }, i) => {
    if (due.findIndex((other) => other.level === level) < i) throw new UserFault(`due.${i}.level`, 'INVALID', 'This level is named twice.');
    if (on < from) throw new UserFault(`due.${i}.on`, 'INVALID', `on must be ${from} or later.`);
  });
}

async function indicatorsOf(em: EntityManager, campaign: number, codes: readonly string[]): Promise<number[]> {
  if (codes.length === 0 || codes.length > MOST_INDICATORS) throw new UserFault('indicators', 'INVALID', `indicators takes 1 to ${MOST_INDICATORS} codes.`);
  const rows = await rowsOf<{ id: number; code: string; counts: boolean }>(
    em, `select i.id, i.code, ${isOfCampaign('i.id', '$2')} as counts from indicator i where i.code = any ($1)`, [codes.filter(isCode), campaign],
  );
  const known = new Map(rows.map((row) => [row.code, row]));
  return codes.map((code, i) => {
    const it = known.get(code);
    if (it === undefined) throw new UserFault(`indicators.${i}`, 'NOT_FOUND', 'There is no indicator of this code.');
    if (codes.indexOf(code) < i) throw new UserFault(`indicators.${i}`, 'INVALID', 'This indicator is named twice.');
    if (!it.counts) throw new UserFault(`indicators.${i}`, 'INVALID', 'The campaign does not count this indicator.');
    return it.id;
  });
}

type Content = Pick<ReportingRound, 'name' | 'kind' | 'phaseKey' | 'from' | 'to' | 'due' | 'indicatorKeys'>;
/** The order of levels and of indicators says nothing. */
function isSame(a: Content, b: Content): boolean {
  const said = ({ name, kind, phaseKey, from, to, due, indicatorKeys }: Content): string =>
    JSON.stringify([name, kind, phaseKey, from, to, due.map(({ level, on }) => `${level} ${on}`).sort(), indicatorKeys.toSorted((x, y) => x - y)]);
  return said(a) === said(b);
}

/** As the audit log has it. */
async function said(em: EntityManager, { key, code, name, kind, from, to, due, version }: ReportingRound): Promise<object> {
  const [codes] = await rowsOf<{ campaign: string; phase: string | null; indicators: string[] }>(
    em,
    `select c.code as campaign, p.code as phase, array(select i.code from round_indicator o join indicator i on i.id = o.indicator_id where o.round_id = r.id order by i.code) as indicators
     ${ROUND_SOURCE} left join campaign_phase p on p.id = r.phase_id where r.id = $1`,
    [key],
  );
  return { ...codes, code, name, kind, from, to, due, version };
}
