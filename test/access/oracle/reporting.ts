/** Reporting rounds: who owes what, who has handed it in, what waits for whom, and what mutations do to rounds. */
import type { GraphQLFieldResolver } from 'graphql';
import { percent } from './numbers.js';
import { day, page, widest, type Order } from './lists.js';
import { Fault, isEmpty, mutation, note, seen } from './mutations.js';
import { ANY, idOf, type Asked } from './things.js';
import type { Sight } from './sight.js';
import { ROLES, type Campaign, type Day, type Figure, type Indicator, type Round, type Unit, type World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;
type Input = any;

const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];
const byCode = { name: 'unit.code', keys: ({ code }: Unit) => [code] } satisfies Order<Unit>;

/** The unit itself and all above it on a day. */
const line = (world: World, unit: Unit, on: Day): Unit[] => {
  const parent = world.parentOn(unit, on);
  return parent ? [unit, ...line(world, parent, on)] : [unit];
};
export function beneathOn(world: World, top: Unit, level: string | null, on: Day): Unit[] {
  return [...world.units.values()].filter(
    (unit) => world.isActive(unit, on) && (level === null ? world.parentOn(unit, on) === top : unit.level === level && unit !== top && line(world, unit, on).includes(top)),
  );
}

function dueOf(world: World, unit: Unit, { campaign, to, due }: Round): Day | null {
  const of = due.find(({ level }) => level === unit.level);
  if (!of || !world.isActive(unit, to)) return null;
  return campaign.launchedBy === null || line(world, unit, to).includes(campaign.launchedBy) ? of.on : null;
}

const ofRound = (world: World, unit: Unit, { campaign, phase, from, to }: Round, indicator: Indicator): Figure[] =>
  world.figures.filter(
    (figure) =>
      figure.unit === unit && figure.measure === 'RESULT' && figure.campaign === campaign && figure.phase === phase && figure.indicator === indicator && figure.asOf >= from && figure.asOf <= to,
  );
const isHandedIn = ({ status }: Figure): boolean => status === 'SUBMITTED' || status === 'APPROVED';

interface Standing {
  dueOn: Day | null;
  submitted: boolean | null;
  approved: boolean | null;
  onTime: boolean | null;
}
/** All that was handed in in these worlds was handed in today. */
function standing(world: World, unit: Unit, round: Round): Standing {
  const dueOn = dueOf(world, unit, round);
  if (dueOn === null) return { dueOn: null, submitted: null, approved: null, onTime: null };
  const every = (has: (figure: Figure) => boolean): boolean => round.indicators.every((indicator) => ofRound(world, unit, round, indicator).some(has));
  const submitted = every(isHandedIn);
  return { dueOn, submitted, approved: every(({ status }) => status === 'APPROVED'), onTime: submitted && world.today <= dueOn };
}

export const managesRounds = ({ sight, world }: Asked, { launchedBy }: Campaign): Unit | undefined =>
  launchedBy === null
    ? [...world.units.values()].filter((unit) => unit.level === 'NATIONAL' && sight.publishes(unit)).sort((a, b) => (a.code < b.code ? -1 : 1))[0]
    : sight.publishes(launchedBy) ? launchedBy : undefined;

interface Task {
  kind: string;
  unit: Unit;
  campaign: Campaign;
  indicator: Indicator;
  round: Round | null;
  figure: Figure | null;
  dueOn: Day | null;
  overdue: boolean;
}
const tasksByDueDate = {
  name: 'task.due',
  keys: ({ dueOn, unit, indicator, round, figure }: Task) => [dueOn ?? '9999-12-31', unit.code, indicator.code, round ? round.arrival + 1 : 0, figure ? figure.arrival + 1 : 0],
} satisfies Order<Task>;

function tasksOf({ sight, world }: Asked, beneath: boolean): Task[] {
  const holding = (least: (typeof ROLES)[number]): Set<Unit> => new Set(sight.scopes.filter(({ role }) => ROLES.indexOf(role) >= ROLES.indexOf(least)).map(({ unit }) => unit));
  const units = [...world.units.values()];
  const [reporterOf, approverOf] = [holding('REPORTER'), holding('APPROVER')];
  const reported = new Set(units.filter((unit) => (beneath ? sight.reports(unit) : reporterOf.has(unit))));
  const approved = new Set(
    units.filter((unit) => {
      const parent = world.parentOn(unit, world.today);
      return sight.approves(unit) && (beneath || (parent === null ? approverOf.has(unit) : approverOf.has(parent)));
    }),
  );
  const running = world.rounds.filter((round) => !round.ended && round.campaign.status === 'LAUNCHED' && round.from <= world.today && sight.campaign(round.campaign));
  const firstDue = (figure: Figure, condition: (round: Round) => boolean): { round: Round; dueOn: Day } | undefined =>
    running
      .flatMap((round) => {
        const dueOn = dueOf(world, figure.unit, round);
        const serves = dueOn !== null && round.indicators.includes(figure.indicator) && ofRound(world, figure.unit, round, figure.indicator).includes(figure) && condition(round);
        return serves ? [{ round, dueOn }] : [];
      })
      .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.round.arrival - b.round.arrival))[0];
  const task = (kind: string, unit: Unit, { campaign, indicator }: { campaign: Campaign; indicator: Indicator }, figure: Figure | null, of: { round: Round; dueOn: Day } | undefined): Task => {
    const dueOn = of?.dueOn ?? null;
    return { kind, unit, campaign, indicator, round: of?.round ?? null, figure, dueOn, overdue: dueOn !== null && dueOn < world.today };
  };
  const ofFigures = world.figures.flatMap((figure): Task[] => {
    const { unit, status, campaign } = figure;
    if (!sight.figure(figure)) return [];
    if (status === 'SUBMITTED') {
      const isTheirs = approved.has(unit) && (figure.measure === 'RESULT' || figure.measure === 'REGISTERED') && figure.submittedBy !== sight.principal;
      return isTheirs ? [task('TO_APPROVE', unit, figure, figure, firstDue(figure, () => true))] : [];
    }
    if (!reported.has(unit) || (status !== 'DRAFT' && status !== 'RETURNED') || (campaign.status !== 'LAUNCHED' && figure.corrects === null)) return [];
    const isOwed = (round: Round): boolean => !ofRound(world, unit, round, figure.indicator).some(isHandedIn);
    return [task(status === 'DRAFT' ? 'TO_SUBMIT' : 'TO_RESUBMIT', unit, figure, figure, firstDue(figure, isOwed))];
  });
  const owed = running.flatMap((round) =>
    [...reported].flatMap((unit) => {
      const dueOn = dueOf(world, unit, round);
      if (dueOn === null) return [];
      const begun = (indicator: Indicator): boolean => ofRound(world, unit, round, indicator).some(({ status }) => status !== 'SUPERSEDED' && status !== 'WITHDRAWN');
      return round.indicators.filter((indicator) => !begun(indicator)).map((indicator) => task('TO_SUBMIT', unit, { campaign: round.campaign, indicator }, null, { round, dueOn }));
    }),
  );
  return [...ofFigures, ...owed];
}

interface Reporting extends Standing {
  unit: Unit;
  round: Round;
}
interface RoundCoverage {
  owing: { unit: Unit; standing: Standing }[];
}
const inScope = (units: readonly Unit[], sight: Sight): Unit[] => units.filter((unit) => sight.inScope(unit));
const listed = (owing: RoundCoverage['owing'], which: (standing: Standing) => boolean, args: object): object =>
  page(owing.filter((one) => which(one.standing)).map(({ unit }) => unit), args, byCode);

export const reportingResolvers: Record<string, Record<string, Resolver>> = {
  OrgUnit: {
    reporting: (unit: Unit, { campaign, round: code }, { sight, world }): Reporting | null => {
      const round = world.rounds.find((one) => one.campaign.code === campaign && one.code === code);
      return sight.inScope(unit) && round && sight.campaign(round.campaign) ? { unit, round, ...standing(world, unit, round) } : null;
    },
  },
  Campaign: {
    // A repeated answer has a copy of the campaign as it was.
    reportingRounds: (campaign: Campaign, _args, { world }) =>
      world.rounds.filter((round) => round.campaign.code === campaign.code).sort((a, b) => (`${a.to} ${a.code}` < `${b.to} ${b.code}` ? -1 : 1)),
  },
  Reporting: {
    coverage: ({ unit, round }: Reporting, { level }, { sight, world }) => {
      const owing = inScope(beneathOn(world, unit, level ?? null, round.to), sight)
        .map((one) => ({ unit: one, standing: standing(world, one, round) }))
        .filter((one) => one.standing.dueOn !== null);
      const count = (has: (of: Standing) => boolean | null): number => owing.filter((one) => has(one.standing)).length;
      const submitted = count((of) => of.submitted);
      return { owing, expected: owing.length, submitted, approved: count((of) => of.approved), onTime: count((of) => of.onTime), percent: percent(BigInt(submitted), BigInt(owing.length)) };
    },
  },
  RoundCoverage: {
    missing: ({ owing }: RoundCoverage, args) => listed(owing, ({ submitted }) => !submitted, args),
    late: ({ owing }: RoundCoverage, args) => listed(owing, ({ submitted, onTime }) => submitted === true && !onTime, args),
  },
  ReportingRound: {
    id: (round: Round) => idOf('ReportingRound', round),
    indicators: ({ indicators }: Round, _args, { sight }) => indicators.filter((indicator) => sight.indicator(indicator)).sort((a, b) => (a.code < b.code ? -1 : 1)),
    due: ({ due }: Round) => [...due].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)),
    endedAt: ({ ended }: Round) => (ended ? ANY : null),
  },
  Viewer: {
    tasks: (_viewer, { where, beneath, ...args }, asked) => {
      const overdueOn = day(where?.overdueOn);
      const found = tasksOf(asked, beneath === true).filter(
        ({ kind, campaign, dueOn }) =>
          (where?.kind == null || kind === where.kind) && (where?.campaign == null || campaign.code === where.campaign) && (overdueOn === undefined || (dueOn !== null && dueOn < overdueOn)),
      );
      return page(found, args, tasksByDueDate);
    },
  },
};

const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

function managed(input: Input, asked: Asked): { campaign: Campaign; unit: Unit } {
  const { sight, world } = asked;
  const campaign = seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one));
  const unit = managesRounds(asked, campaign);
  if (!unit) throw new Fault('campaign', 'FORBIDDEN');
  return { campaign, unit };
}
const saidOf = ({ campaign, phase, indicators, code, name, kind, from, to, due, version }: Round): object => ({
  campaign: campaign.code, phase: phase?.code ?? null, indicators: indicators.map((one) => one.code).sort(), code, name, kind, from, to,
  due: due.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level)), version,
});
const sorted = ({ name, kind, phase, from, to, due, indicators }: Omit<Round, 'version' | 'ended' | 'arrival'>) =>
  [name, kind, phase?.code, from, to, due.map(({ level, on }) => `${level} ${on}`).sort(), indicators.map(({ code }) => code).sort()];
const known = (world: World, campaign: Campaign, code: string): Round | undefined => world.rounds.find((one) => one.campaign === campaign && one.code === code);

export const roundMutations = [
  mutation('saveReportingRound', {
    nothing: { round: null },
    may: (sight) => sight.isPublisher,
    read: ({ from, to, due }: Input) => [from, to, ...due.map(({ on }: Input) => on)].forEach(day),
    prepare: managed,
    act: (input: Input, { campaign, unit }, asked) => {
      const { world, sight } = asked;
      if (campaign.status === 'DRAFT') throw new Fault('campaign', 'INVALID');
      if (campaign.status === 'CLOSED') throw new Fault('campaign', 'CONFLICT');
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
      const name = (input.name as string).trim().normalize('NFC');
      if (isEmpty(name) || name.length > 500 || name.includes('\0')) throw new Fault('name', 'INVALID');
      if (input.phase == null && input.kind === 'PHASE') throw new Fault('phase', 'INVALID');
      const phase = input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true);
      const ofPhase = input.kind === 'PHASE' ? phase : null;
      const from = day(input.from) ?? (ofPhase?.startsOn ? widest(ofPhase.startsOn, ofPhase.startsOnPrecision, 'first') : null);
      const to = day(input.to) ?? (ofPhase?.endsOn ? widest(ofPhase.endsOn, ofPhase.endsOnPrecision, 'last') : null);
      if (from === null || from < '1000') throw new Fault('from', 'INVALID');
      if (to === null || to < from) throw new Fault('to', 'INVALID');
      const due = (input.due as { level: string; on: Day }[]).map(({ level, on }) => ({ level, on }));
      if (due.length === 0) throw new Fault('due', 'INVALID');
      due.forEach(({ level, on }, i) => {
        if (due.findIndex((other) => other.level === level) < i) throw new Fault(`due.${i}.level`, 'INVALID');
        if (on < from) throw new Fault(`due.${i}.on`, 'INVALID');
      });
      const codes = input.indicators as string[];
      if (codes.length === 0 || codes.length > 50) throw new Fault('indicators', 'INVALID');
      const indicators = codes.map((code, i) => {
        const indicator = seen(`indicators.${i}`, world.indicators.get(code), (one) => sight.indicator(one));
        if (codes.indexOf(code) < i || !world.counted(campaign, indicator)) throw new Fault(`indicators.${i}`, 'INVALID');
        return indicator;
      });
      const before = known(world, campaign, input.code);
      if ((input.expectedVersion ?? 0) !== (before?.version ?? 0)) throw new Fault('expectedVersion', 'CONFLICT', before ? { round: before } : {});
      if (before?.ended) throw new Fault('code', 'CONFLICT', { round: before });
      const content = { campaign, code: input.code as string, name, kind: input.kind as string, phase, from, to, due, indicators };
      const isSame =
        before !== undefined &&
        JSON.stringify(sorted(before)) === JSON.stringify(sorted(content));
      if (isSame) return { round: before };
      const former = before ? saidOf(before) : null;
      const round: Round = before ? Object.assign(before, content, { version: before.version + 1 }) : { ...content, version: 1, ended: false, arrival: world.rounds.length };
      if (!before) world.rounds.push(round);
      note(asked, 'SAVE_REPORTING_ROUND', unit, saidOf(round), former);
      return { round };
    },
  }),

  mutation('endReportingRound', {
    nothing: { round: null },
    may: (sight) => sight.isPublisher,
    prepare: (input: Input, asked) => {
      const { campaign, unit } = managed(input, asked);
      return { campaign, unit, round: seen('code', known(asked.world, campaign, input.code), () => true) };
    },
    act: (input: Input, { campaign, unit, round }, asked) => {
      const reason = (input.reason as string).trim();
      if (isEmpty(reason) || reason.length > 2000 || reason.includes('\0')) throw new Fault('reason', 'INVALID');
      if (input.expectedVersion !== round.version) throw new Fault('expectedVersion', 'CONFLICT', { round });
      if (round.ended) throw new Fault('code', 'CONFLICT', { round });
      const before = { version: round.version };
      Object.assign(round, { ended: true, version: round.version + 1 });
      note(asked, 'END_REPORTING_ROUND', unit, { campaign: campaign.code, code: round.code, version: round.version, reason }, before);
      return { round };
    },
  }),
];
