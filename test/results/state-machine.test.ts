import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isoOf } from '../../src/ledger/replay.js';
import { verify } from '../../src/ledger/verify.service.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { COUNTING, LEVELS, Model, ROLES, WARNINGS, type Coverage, type Figure, type Item, type Request, type Role, type Status, type Unit } from './machine/model.js';
import { Real } from './machine/real.js';

/**
 * For longer runs: how many sequences, and of how many steps at most (those that cannot be taken are left out). Where
 * one fails, STATE_MACHINE_SHRINK looks for the shortest that does, and STATE_MACHINE_TALLY tells what was met with.
 */
const RUNS = Number(process.env['STATE_MACHINE_RUNS'] ?? 4);
const STEPS_AT_MOST = Number(process.env['STATE_MACHINE_STEPS'] ?? 400);
const SEED = Number(process.env['STATE_MACHINE_SEED'] ?? Math.floor(Date.now() / 1000));

const TODAY = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
const DAYS = ['2022-01-31', '2022-02-28', '2022-03-31', '2022-06-30'];
const CODES = ['N', 'P1', 'P2', 'D1', 'D2', 'D3', 'G1', 'G2', 'G3', 'G4', 'G5'];
const KINDS = ['CONFEDERATION', 'PROVINCIAL_FEDERATION', 'DISTRICT_FEDERATION', 'GRASSROOTS_UNION'];
const rankOf = (code: string): number => 'NPDG'.indexOf(code[0]!);
/** Whoever stands at the root, one for each thing to be done, and some anywhere. */
const OFFICERS = ['boss', 'chief', 'clerk', 'an', 'binh', 'chi', 'dung', 'em'];

let server: TestServer;
let real: Real;
beforeAll(async () => {
  server = await startTestServer({ seed: false });
  real = await Real.open(server);
});
afterAll(() => server?.close());

interface Start {
  /** Whose child each unit is, among those of the level above. */
  parents: number[];
  grants: { role: Role; unit: number }[];
  targets: { unit: number; value: number }[];
}
const index = fc.nat(9999);
const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one);
const pick = <T>(list: readonly T[], at: number): T => list[at % list.length]!;
const starts: fc.Arbitrary<Start> = fc.record({
  parents: fc.array(index, { minLength: CODES.length, maxLength: CODES.length }),
  grants: fc.array(fc.record({ role: fc.constantFrom(...ROLES), unit: index }), { minLength: 8, maxLength: 8 }),
  targets: fc.array(fc.record({ unit: index, value: fc.nat(30) }), { maxLength: 3 }),
});

/** The model and the server, with the same tree, officers and targets. */
async function begin({ parents, grants, targets }: Start): Promise<Model> {
  await real.clear();
  const model = new Model(TODAY);
  CODES.forEach((code, i) => {
    const homes = CODES.filter((other) => rankOf(other) === rankOf(code) - 1);
    const places = homes.length > 0 ? [{ parent: model.units.get(pick(homes, parents[i]!))!, from: '2020-01-01' }] : [];
    model.units.set(code, { code, level: LEVELS[rankOf(code)]!, validFrom: '2020-01-01', closedOn: null, places });
  });
  for (const [code, endsOn] of [['c', '2022-05-31'], ['k', null]] as const) model.campaigns.set(code, { code, endsOn, closed: false, version: 1 });
  const campaign = model.campaigns.get('c')!;
  const stated = [...new Map(targets.map((target) => [pick(CODES, target.unit), target])).entries()];
  for (const [code, { value }] of stated) model.add({ unit: model.units.get(code)!, campaign, indicator: 'i', coverage: 'SUBTREE', asOf: '2022-02-01' }, value, 'APPROVED', 'SELF_SET');
  await server.load([
    ...[...model.units.values()].map(({ code, level, validFrom, places }) => ({
      type: 'orgUnit', code, name: `Đơn vị ${code}`, level, kind: KINDS[rankOf(code)], parent: places[0]?.parent.code ?? null, validFrom,
    })),
    { type: 'indicator', code: 'i', name: 'Sáng kiến', unitOfMeasure: 'sáng kiến', aggregation: 'SUM' },
    { type: 'indicator', code: 'none', name: 'Điểm', unitOfMeasure: 'điểm', aggregation: 'NONE' },
    { type: 'indicator', code: 'other', name: 'Việc khác', unitOfMeasure: 'việc', aggregation: 'SUM' },
    ...[...model.campaigns.values()].map(({ code, endsOn }) => ({ type: 'campaign', code, name: `Phong trào ${code}`, campaignKind: 'PROGRAMME', launchedBy: 'N', startsOn: '2022-01-01', indicators: COUNTING, ...(endsOn && { endsOn }) })),
    ...stated.map(([unit, { value }]) => ({ type: 'target', unit, campaign: 'c', indicator: 'i', basis: 'SELF_SET', value, decidedOn: '2022-02-01' })),
  ]);
  for (const [principal, role] of [['boss', 'ADMIN'], ['chief', 'APPROVER'], ['clerk', 'REPORTER']] as const) await appoint(model, principal, role, 'N');
  for (const [i, { role, unit }] of grants.entries()) await appoint(model, pick(OFFICERS, 3 + (i % 5)), role, pick(CODES, unit));
  expect(await real.figures()).toEqual(shownAll(model));
  await real.trail();
  return model;
}

async function appoint(model: Model, principal: string, role: Role, unit: string): Promise<void> {
  const held = model.grants.get(principal) ?? [];
  if (held.some((grant) => grant.role === role && grant.unit.code === unit)) return;
  model.grants.set(principal, [...held, { role, unit: model.units.get(unit)! }]);
  await server.grant(principal, role, unit);
}

const shownAll = (model: Model) => model.figures.map(({ n, status, version, value }) => [n, status, version, Number(value) / 10_000]);

type Command = fc.AsyncCommand<Model, Real>;

/** A request, made of what there is by then. */
class Ask implements Command {
  constructor(
    readonly name: string,
    readonly make: (model: Model) => Request | undefined,
  ) {}
  #said = '';

  check(model: Model): boolean {
    return this.make(model) !== undefined;
  }

  async run(model: Model, it: Real): Promise<void> {
    const request = this.make(model)!;
    this.#said = JSON.stringify(request);
    const expected = model.request(request);
    const { answer, figures, trail } = await it.send(request);
    tally(request.name, expected);
    // What it answers, how everything stands afterwards, and what the audit log has of it: as many entries as figures took the step.
    expect({ request, answer, figures, trail }).toEqual({ request, answer: expected, figures: shownAll(model), trail: model.trail });
  }

  toString(): string {
    return this.#said || this.name;
  }
}

/** Something that happens beside the workflow; undefined where it cannot. */
class Happen implements Command {
  constructor(
    readonly name: string,
    readonly make: (model: Model) => (() => Promise<void>) | undefined,
  ) {}

  check(model: Model): boolean {
    return this.make(model) !== undefined;
  }

  async run(model: Model, it: Real): Promise<void> {
    await this.make(model)!();
    count(this.name);
    expect({ happened: this.name, figures: await it.figures() }).toEqual({ happened: this.name, figures: shownAll(model) });
    expect(await it.trail()).toEqual([]);
  }

  toString(): string {
    return this.name;
  }
}

// ----------------------------------------------------------------- requests

const keys = fc.option(fc.nat(200).map((n) => `k${n}`), { nil: undefined, freq: 2 });
/** How far the version is from the one that there is: most often it is right. */
const offs = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1, 2) });
const whos = fc.record({
  /** Who may, more often than not. */
  fit: fc.integer({ min: 0, max: 9 }).map((n) => n > 2),
  at: index,
});
type Who = { fit: boolean; at: number };
const acks = fc.oneof({ weight: 4, arbitrary: fc.constant([...WARNINGS]) }, { weight: 1, arbitrary: fc.subarray([...WARNINGS], { maxLength: 1 }) });
const keyed = (key: string | undefined): Pick<Request, 'key'> => (key === undefined ? {} : { key });

/** Who stands right for it by the model's own account; else whoever handed it in, or anybody. */
function officer({ fit, at }: Who, may: (principal: string) => boolean, submitter: string | null = null): string {
  if (!fit && submitter !== null && at % 6 > 0) return submitter;
  const able = OFFICERS.filter(may);
  return pick(fit && able.length > 0 ? able : OFFICERS, at);
}
const reports = (model: Model, unit: Unit) => (principal: string) =>
  (model.grants.get(principal) ?? []).some((grant) => grant.role !== 'VIEWER' && model.line(unit).includes(grant.unit));
const approves = (model: Model, figure: Figure) => (principal: string) =>
  principal !== figure.submitter &&
  (model.grants.get(principal) ?? []).some((grant) => ROLES.indexOf(grant.role) >= 2 && model.line(figure.unit).includes(grant.unit) && (grant.unit !== figure.unit || figure.unit.code === 'N'));

/** One of the figures for which the step stands, most often; else any. */
function figureFor(model: Model, from: readonly Status[], { any, at }: { any: boolean; at: number }): Figure | undefined {
  const fit = model.figures.filter(({ measure, status }) => measure === 'RESULT' && from.includes(status));
  const among = any ? model.figures : fit;
  return among.length > 0 ? pick(among, at) : undefined;
}
const whiches = fc.record({ any: fc.integer({ min: 0, max: 11 }).map((n) => n === 0), at: index });

const saves = fc
  .record({
    who: whos, unit: index, indicator: fc.constantFrom(...times(9, 'i'), ...times(3, 'none'), 'other'), campaign: fc.constantFrom('c', 'c', 'k'), coverage: fc.constantFrom<Coverage>('OWN', 'SUBTREE'),
    day: fc.constantFrom(...DAYS, ...DAYS, '2019-12-31', '2999-01-01'), value: fc.oneof({ weight: 15, arbitrary: fc.nat(400) }, { weight: 1, arbitrary: fc.constant(-1) }),
    off: offs, key: keys, again: fc.option(index),
  })
  .map(
    ({ who, unit, indicator, campaign, coverage, day, value, off, key, again }) =>
      new Ask('saveResult', (model) => {
        const drafts = model.figures.filter(({ status }) => status === 'DRAFT' || status === 'RETURNED');
        const known = again !== null && drafts.length > 0 ? pick(drafts, again) : undefined;
        const of = known?.unit ?? model.units.get(pick(CODES, unit))!;
        const save = {
          unit: of.code, campaign: known?.campaign.code ?? campaign, indicator: known?.indicator ?? indicator, coverage: known?.coverage ?? coverage, asOf: known?.asOf ?? day, value,
          ...((known || off !== 0) && { expectedVersion: (known?.version ?? 0) + off }),
        };
        return { principal: officer(who, reports(model, of)), name: 'saveResult', save, ...keyed(key) };
      }),
  );

const itemOf = (figure: Figure, off: number, acknowledge?: readonly string[]): Item => ({ figure: figure.n, expectedVersion: figure.version + off, ...(acknowledge && { acknowledge }) });

const stepOf = (name: 'submitResult' | 'returnResult' | 'approveResult' | 'withdrawResult' | 'correctResult', from: readonly Status[]) =>
  fc.record({ who: whos, which: whiches, off: offs, ack: acks, key: keys, value: fc.nat(400) }).map(
    ({ who, which, off, ack, key, value }) =>
      new Ask(name, (model) => {
        const figure = figureFor(model, from, which);
        if (!figure) return undefined;
        const fromAbove = name === 'approveResult' || name === 'returnResult' || (name === 'withdrawResult' && figure.counted);
        return {
          principal: fromAbove ? officer(who, approves(model, figure), figure.submitter) : officer(who, reports(model, figure.unit)), name, ...keyed(key),
          item: itemOf(figure, off, name === 'submitResult' ? ack : undefined), ...(name === 'correctResult' && { value }),
        };
      }),
  );

const severalOf = (name: 'submitResults' | 'approveResults', from: readonly Status[]) =>
  fc.record({ who: whos, whiches: fc.array(fc.record({ which: whiches, off: offs, ack: acks }), { minLength: 1, maxLength: 4 }), mode: fc.constantFrom('ALL_OR_NOTHING' as const, 'EACH' as const), key: keys }).map(
    ({ who, whiches: several, mode, key }) =>
      new Ask(name, (model) => {
        const all = several.map(({ which, off, ack }) => ({ figure: figureFor(model, from, which), off, ack }));
        // One twice is refused, which is seldom meant.
        const found = who.fit ? all.filter(({ figure }, i) => all.findIndex((other) => other.figure === figure) === i) : all;
        if (found.some(({ figure }) => figure === undefined)) return undefined;
        const first = found[0]?.figure;
        const may = first ? (name === 'approveResults' ? approves(model, first) : reports(model, first.unit)) : () => true;
        return { principal: officer(who, may, name === 'approveResults' ? first?.submitter : null), name, mode, items: found.map(({ figure, off, ack }) => itemOf(figure!, off, name === 'submitResults' ? ack : undefined)), ...keyed(key) };
      }),
  );

const targets = fc
  .record({ who: whos, unit: index, indicator: fc.constantFrom('i', 'i', 'none', 'other'), campaign: fc.constantFrom('c', 'c', 'k'), day: fc.constantFrom('2022-01-15', '2022-02-01', '2022-03-01', '2999-01-01'), value: fc.nat(30), off: offs, key: keys })
  .map(
    ({ who, unit: u, indicator, campaign, day, value, off, key }) =>
      new Ask('setOwnTarget', (model) => {
        const unit = model.units.get(pick(CODES, u))!;
        const sets = (principal: string) => (model.grants.get(principal) ?? []).some((grant) => ROLES.indexOf(grant.role) >= 2 && model.line(unit).includes(grant.unit));
        const expectedVersion = model.targetsOf(unit, model.campaigns.get(campaign)!, indicator).length + off;
        return { principal: officer(who, sets), name: 'setOwnTarget', target: { unit: unit.code, campaign, indicator, decidedOn: day, value, expectedVersion }, ...keyed(key) };
      }),
  );

/** Word for word what was sent before, or under its key something else. */
const repeats = fc.record({ at: index, other: fc.integer({ min: 0, max: 5 }).map((n) => n === 0) }).map(
  ({ at, other }) =>
    new Ask('again', (model) => {
      if (model.sent.length === 0) return undefined;
      const request = pick(model.sent, at);
      return other && request.save ? { ...request, save: { ...request.save, value: request.save.value + 1 } } : request;
    }),
);

// ----------------------------------------------------------------- what happens beside

const moves = fc.record({ unit: index, parent: index, day: fc.constantFrom('2022-01-15', '2022-02-28', '2022-03-15', '2022-07-01') }).map(
  ({ unit: u, parent: p, day }) =>
    new Happen('a unit moves', (model) => {
      const unit = pick([...model.units.values()].slice(1), u);
      const homes = [...model.units.values()].filter((one) => rankOf(one.code) === rankOf(unit.code) - 1 && isActiveFrom(one, day) && one !== unit.places.at(-1)!.parent);
      if (homes.length === 0 || unit.closedOn !== null || unit.places.at(-1)!.from >= day) return undefined;
      const parent = pick(homes, p);
      return async () => {
        unit.places.push({ parent, from: day });
        await server.load([{ type: 'placement', unit: unit.code, parent: parent.code, from: day }]);
      };
    }),
);
const isActiveFrom = (unit: Unit, day: string): boolean => unit.validFrom <= day && unit.closedOn === null;

const closures = fc.record({ unit: index, successor: fc.option(index, { freq: 4 }), day: fc.constantFrom('2022-02-15', '2022-04-01', '2022-07-01') }).map(
  ({ unit: u, successor: s, day }) =>
    new Happen('a unit is closed', (model) => {
      const units = [...model.units.values()];
      const unit = pick(units.slice(1), u);
      // Whoever ever stood beneath it has left by then, or is closed.
      const isFree = units.every(({ places, closedOn }) => places.every(({ parent, from }, i) => parent !== unit || (from < day && (places[i + 1]?.from ?? closedOn ?? '9999') <= day)));
      const stated = model.figures.some((figure) => figure.unit === unit && figure.status === 'APPROVED' && figure.asOf >= day);
      if (!isFree || stated || unit.closedOn !== null || unit.places.at(-1)!.from >= day) return undefined;
      const successors = units.filter((one) => one !== unit && rankOf(one.code) <= rankOf(unit.code) && isActiveFrom(one, day));
      const successor = s === null || successors.length === 0 ? undefined : pick(successors, s);
      return async () => {
        unit.closedOn = day;
        if (successor) unit.places.push({ parent: successor, from: day });
        await server.load([{ type: 'closure', unit: unit.code, on: day, ...(successor && { successor: successor.code }) }]);
      };
    }),
);

const imports = fc.record({ at: fc.option(index, { freq: 3 }), unit: index, coverage: fc.constantFrom<Coverage>('OWN', 'SUBTREE'), day: fc.constantFrom(...DAYS), value: fc.nat(400), takesBack: fc.integer({ min: 0, max: 4 }).map((n) => n === 0) }).map(
  ({ at, unit: u, coverage, day, value, takesBack }) =>
    new Happen('an import', (model) => {
      // Most often of a key on which something is on its way.
      const results = model.figures.filter(({ measure }) => measure === 'RESULT');
      const about = at !== null && results.length > 0 ? pick(results, at) : undefined;
      const key = about ?? { unit: model.units.get(pick(CODES, u))!, campaign: model.campaigns.get('c')!, indicator: 'i', coverage, asOf: day };
      if (!model.isActive(key.unit, key.asOf)) return undefined;
      const named = { unit: key.unit.code, campaign: key.campaign.code, indicator: key.indicator, coverage: key.coverage, asOf: key.asOf };
      const current = model.counting(key);
      return async () => {
        if (takesBack && current) {
          Object.assign(current, { status: 'WITHDRAWN', version: current.version + 1 });
          await server.load([{ type: 'withdrawal', ...named, reason: 'Nhầm' }]);
          return;
        }
        model.state(key, value);
        await server.load([{ type: 'result', ...named, value, ...(current && { corrects: true }) }]);
      };
    }),
);

const appointments = fc.record({ who: index, role: fc.constantFrom(...ROLES), unit: index }).map(
  ({ who, role, unit }) =>
    new Happen('an officer is given another unit', (model) => {
      const principal = pick(OFFICERS.slice(3), who);
      return async () => {
        await server.db.pool.query('update role_grant set revoked_at = now() where principal = $1 and revoked_at is null', [principal]);
        model.grants.delete(principal);
        await appoint(model, principal, role, pick(CODES, unit));
      };
    }),
);

const closings = fc.constant(
  new Happen('a campaign is closed', (model) => {
    const campaign = model.campaigns.get('k')!;
    // Once something is on its way in it.
    if (campaign.closed || model.figures.filter((figure) => figure.campaign === campaign).length < 3) return undefined;
    return async () => {
      const { data } = await server.query(
        'mutation ($input: CloseCampaignInput!) { closeCampaign(input: $input) { userErrors { path code } } }', { input: { code: 'k', expectedVersion: campaign.version } }, { as: await server.tokenFor('boss') },
      );
      expect(data.closeCampaign.userErrors).toEqual([]);
      campaign.closed = true;
    };
  }),
);

const commands = fc.commands<Model, Real, false>(
  [
    ...times(5, saves), ...times(5, stepOf('submitResult', ['DRAFT', 'RETURNED'])), ...times(5, stepOf('approveResult', ['SUBMITTED'])), ...times(2, stepOf('returnResult', ['SUBMITTED'])),
    ...times(2, stepOf('correctResult', ['APPROVED'])), ...times(2, stepOf('withdrawResult', ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'])),
    ...times(2, severalOf('submitResults', ['DRAFT', 'RETURNED'])), ...times(2, severalOf('approveResults', ['SUBMITTED'])), ...times(2, repeats), targets,
    moves, closures, ...times(2, imports), appointments, closings,
  ] as fc.Arbitrary<Command>[],
  { size: 'max', maxCommands: STEPS_AT_MOST },
);

// ----------------------------------------------------------------- what was met with

const met = new Map<string, number>();
const count = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1);
function tally(name: string, { refused, replayed, errors = [], outcomes = [] }: ReturnType<Model['request']>): void {
  if (refused) count(`refused ${refused}`);
  else if (replayed) count(`${name} again`);
  else if (errors.length === 0) count(name);
  for (const error of [...errors, ...outcomes.flatMap((one) => one.errors)]) count(error.replace(/items\.\d+\.?/, ''));
}

/** Every total that the model's figures give is the one that is kept, and the other way round. */
async function expectTotals(model: Model): Promise<void> {
  const kept = await real.balances();
  const tree = model.tree();
  for (const campaign of model.campaigns.values())
    for (const indicator of COUNTING)
      for (const measure of ['RESULT', 'SELF_SET'] as const) {
        const replay = model.replay(campaign, indicator, measure, tree);
        for (const { code } of model.units.values()) {
          const of = [code, campaign.code, indicator, measure].join('|');
          const expected = replay.changes(code).map(({ date, state: { total } }) => ({ date: isoOf(date), total }));
          expect({ of, totals: kept.get(of) ?? [] }).toEqual({ of, totals: expected });
          kept.delete(of);
        }
      }
  expect([...kept.keys()]).toEqual([]);
}

describe('the workflow of results', () => {
  test(`does what the model does, over ${RUNS} sequences from the seed ${SEED}`, { timeout: 120_000 + RUNS * 60_000 }, async () => {
    // Where machines are busy, fewer sequences will do, unless they were asked for.
    const enough = process.env['STATE_MACHINE_RUNS'] === undefined ? performance.now() + 20_000 : Infinity;
    await fc.assert(
      fc.asyncProperty(starts, commands, async (start, sequence) => {
        if (performance.now() > enough) return;
        let model: Model;
        await fc.asyncModelRun(async () => ({ model: (model = await begin(start)), real }), sequence);
        await expectTotals(model!);
        const { differences } = await verify(server.db.pool);
        expect(differences).toEqual([]);
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: process.env['STATE_MACHINE_SHRINK'] === undefined },
    );
    if (process.env['STATE_MACHINE_TALLY']) console.log([...met].sort().map(([what, n]) => `${n} ${what}`).join('\n'));
  });
});
