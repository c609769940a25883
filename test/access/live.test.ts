import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { ExchangeRecord } from '../support/golden-replay.js';
import { openSse, type SseStream } from '../support/live.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { Dice } from './fuzz/dice.js';
import { todayInVietnam, writeGrants, writePublications } from './fuzz/run.js';
import { randomWorld } from './fuzz/worlds.js';
import { Oracle } from './oracle/oracle.js';
import { Sight } from './oracle/sight.js';
import { World } from './oracle/world.js';

// Random callers subscribe in random worlds; then comes what was held back of the world's figures, its corrections and
// its withdrawals. Each hears what the oracle says has changed for them, with the oracle's numbers, and nothing else.

const SEEDS = (process.env['FUZZ_LIVE_SEEDS'] ?? '20261122,3').split(',').map(Number);
const SUBSCRIPTIONS = 40;

const TOTAL = '{ value qualifier asOf origin complete }';
const BASES = ['ASSIGNED', 'REGISTERED', 'SELF_SET'].map((basis) => `t${basis}: target(basis: ${basis}) ${TOTAL} c${basis}: completionPercent(basis: ${basis}) u${basis}: unallocated(basis: ${basis})`).join(' ');
const LEVELS = ['PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'].map((level) => `n${level}: coverage(level: ${level}) { expected reported percent }`).join(' ');
const SHOWN = `{ unit { code } campaign { code } phase { code } indicator { code } asOf result ${TOTAL} ${BASES} detail unexplained coverage { expected reported } ${LEVELS} }`;
const SUBSCRIPTION = `subscription ($unit: String!, $campaign: String!) { progressChanged(unit: $unit, campaign: $campaign) { unit { code } campaign { code } progress ${SHOWN} } }`;
const QUESTION = parse(`query ($unit: String!, $campaign: String!, $phase: String, $indicator: String!) { orgUnit(code: $unit) { progress(campaign: $campaign, phase: $phase, indicator: $indicator) ${SHOWN} } }`);

interface Subscription {
  readonly principal: string;
  readonly about: { readonly unit: string; readonly campaign: string };
  readonly stream: SseStream;
}
type Shown = { readonly phase: { code: string } | null; readonly indicator: { code: string } };
const nameOf = ({ phase, indicator }: Shown): string => `${phase?.code ?? ''} ${indicator.code}`;

/** The world as these records make it, with the grants and publications of another. */
function worldOf(records: ExchangeRecord[], { today, grants, publications }: World): World {
  const world = new World(records, today);
  const campaign = (code: string) => world.campaigns.get(code)!;
  world.grants.push(...grants.map((grant) => ({ ...grant, unit: world.units.get(grant.unit.code)! })));
  world.publications.push(
    ...publications.map((one) => ({
      ...one,
      unit: world.units.get(one.unit.code)!,
      campaign: campaign(one.campaign.code),
      phase: campaign(one.campaign.code).phases.find(({ code }) => code === one.phase?.code) ?? null,
      indicator: world.indicators.get(one.indicator.code)!,
    })),
  );
  return world;
}

/** What a subscriber is shown of each indicator, in each phase and as a whole, by name. */
async function shownIn(world: World, { principal, about }: Subscription, oracle: Oracle): Promise<Map<string, string>> {
  const sight = new Sight(world, principal);
  const shown = new Map<string, string>();
  for (const phase of [null, ...world.campaigns.get(about.campaign)!.phases.map(({ code }) => code)])
    for (const indicator of world.indicators.keys()) {
      const { data } = (await oracle.answer(QUESTION, { ...about, phase, indicator }, sight)) as { data: { orgUnit: { progress: Shown } } };
      shown.set(nameOf(data.orgUnit.progress), canonical(data.orgUnit.progress));
    }
  return shown;
}

const canonical = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one), 1);

async function open(server: TestServer, before: World, dice: Dice, principals: readonly string[]): Promise<Subscription[]> {
  const subscriptions: Subscription[] = [];
  const known = before.figures.map(({ unit, campaign }) => ({ unit, campaign }));
  for (let i = 0; i < SUBSCRIPTIONS; i++) {
    const { unit: stated, campaign } = dice.pick(known);
    const unit = dice.pick([stated, ...before.lineToday(stated), dice.pick([...before.units.values()])]);
    const theirs = principals.filter((one) => new Sight(before, one).inScope(unit));
    const principal = dice.pick(dice.chance(0.6) && theirs.length > 0 ? theirs : principals);
    const sight = new Sight(before, principal);
    const about = { unit: unit.code, campaign: campaign.code };
    const stream = await openSse(server.url, { query: SUBSCRIPTION, variables: about }, { authorization: `Bearer ${await server.tokenFor(principal)}` });
    const { payload } = await stream.next();
    if (sight.hasScope && sight.inScope(unit) && sight.campaign(campaign)) {
      expect(payload, `${principal} ${JSON.stringify(about)}`).toMatchObject({ data: { progressChanged: { unit: { code: about.unit }, campaign: { code: about.campaign }, progress: [] } } });
      subscriptions.push({ principal, about, stream });
    } else {
      expect(payload, `${principal} ${JSON.stringify(about)}`).toMatchObject({ data: null, errors: [{ extensions: { code: sight.hasScope ? 'BAD_USER_INPUT' : 'FORBIDDEN' } }] });
      stream.close();
    }
  }
  return subscriptions;
}

test.each(SEEDS)('subscribers hear what the oracle says, in world %i', { timeout: 240_000 }, async (seed) => {
  const plenty = { points: Number.MAX_SAFE_INTEGER, requests: Number.MAX_SAFE_INTEGER };
  const server = await startTestServer({ seed: false, limits: { ANONYMOUS: plenty, PARTNER: plenty, MEMBER: plenty }, api: { logLevel: 'error', live: { gapMs: 0, perCaller: 1000 } } });
  try {
    const dice = new Dice(seed ^ 0x11fe);
    const { batches, world, principals } = randomWorld(seed, todayInVietnam());
    const isFigure = ({ type }: ExchangeRecord): boolean => type === 'result' || type === 'target';
    const stating = batches.findIndex((batch) => batch.some(isFigure));
    const later = batches.slice(stating + 1);
    const held = batches[stating]!.filter((record) => isFigure(record) && dice.chance(0.4));
    const earlier = [...batches.slice(0, stating), batches[stating]!.filter((record) => !held.includes(record))];
    for (const batch of earlier) await server.load(batch);
    const first = earlier.flat();
    await writeGrants(server, world);
    await writePublications(server, world);
    const oracle = new Oracle();
    let records = first;
    let before = worldOf(records, world);
    const subscriptions = await open(server, before, dice, principals.filter((one) => one !== null && !one.startsWith('key:')) as string[]);
    expect(subscriptions.length).toBeGreaterThan(10);
    let heard = 0;
    for (const batch of [held, ...later]) {
      await server.load(batch);
      records = [...records, ...batch];
      const after = worldOf(records, world);
      for (const subscription of subscriptions) {
        const [was, is] = [await shownIn(before, subscription, oracle), await shownIn(after, subscription, oracle)];
        const missing = new Set([...is].filter(([name, shown]) => was.get(name) !== shown).map(([name]) => name));
        while (missing.size > 0) {
          const { type, payload } = await subscription.stream.next();
          const told = payload.data?.progressChanged.progress as Shown[] | undefined;
          expect(told, `${subscription.principal} ${type} ${JSON.stringify(payload)}`).toBeDefined();
          for (const one of told!) {
            expect(canonical(one)).toBe(is.get(nameOf(one)));
            // A RATIO is told with its parts, whether or not it shows the difference.
            if (!missing.delete(nameOf(one))) expect(after.indicators.get(one.indicator.code)!.aggregation, `told for nothing: ${canonical(one)}`).toBe('RATIO');
            heard += 1;
          }
        }
      }
      before = after;
    }
    expect(heard).toBeGreaterThan(10);
    // Nothing else was on its way: with the grants gone, the end is next.
    await server.db.pool.query('update role_grant set revoked_at = now() where revoked_at is null');
    await server.db.pool.query(`select pg_notify('liendoan_ledger', '{}')`);
    const isRatio = ({ indicator: { code } }: Shown): boolean => world.indicators.get(code)!.aggregation === 'RATIO';
    for (const { stream } of subscriptions) {
      let last = await stream.next();
      while ((last.payload.data?.progressChanged.progress as Shown[] | undefined)?.every(isRatio)) last = await stream.next();
      expect(last).toMatchObject({ type: 'next', payload: { data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } });
    }
  } finally {
    await server.close();
  }
});
