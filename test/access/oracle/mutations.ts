/** What mutations do to the world in memory: who may, what is wrong with the input, and what is different afterwards. */
import type { GraphQLFieldResolver } from 'graphql';
import { day } from './lists.js';
import { Standing } from './numbers.js';
import { ANY, MADE, node, principalOf, takes, type Asked } from './things.js';
import { Sight } from './sight.js';
import type { Day, Grant, Measure, Publication, Role, Unit } from './world.js';

// oxlint-disable-next-line typescript/no-explicit-any -- inputs of many shapes, which graphql-js has checked
type Mutation = (input: any, asked: Asked, name: string) => object;

class Fault extends Error {
  constructor(
    readonly field: string,
    readonly code: string,
  ) {
    super(code);
  }
}

/** Runs it for whoever may do such things to some unit. What is asked of the outcome is asked of the world as it is then. */
function mutation(nothing: Record<string, null>, work: Mutation, may = (sight: Sight) => sight.isAdmin): GraphQLFieldResolver<unknown, Asked, { input: unknown }> {
  return (_root, { input }, asked, { path }) => {
    takes(asked.sight, may(asked.sight));
    try {
      return { ...work(input, asked, String(path.key)), userErrors: [] };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { ...nothing, userErrors: [{ path: ['input', error.field], code: error.code, message: ANY }] };
    } finally {
      asked.sight = new Sight(asked.world, asked.sight.principal);
    }
  };
}

function administered(code: string, { sight, world }: Asked): Unit {
  const unit = world.units.get(code);
  if (!unit || !sight.unit(unit)) throw new Fault('unit', 'NOT_FOUND');
  if (!sight.administers(unit)) throw new Fault('unit', 'FORBIDDEN');
  return unit;
}

function seen<T>(field: string, thing: T | undefined, isSeen: (thing: T) => boolean): T {
  if (thing === undefined || !isSeen(thing)) throw new Fault(field, 'NOT_FOUND');
  return thing;
}

const hasControl = (text: string) => /\p{Cc}|\p{Cs}/u.test(text);
const overlap = (a: { from: Day; to: Day | null }, b: { from: Day; to: Day | null }) => (b.to === null || a.from <= b.to) && (a.to === null || b.from <= a.to);

export const mutations: Record<string, GraphQLFieldResolver<unknown, Asked, { input: unknown }>> = {
  grantRole: mutation({ grant: null }, (input: { principal: string; role: Role; unit: string; from?: unknown; to?: unknown }, asked) => {
    const { world, sight } = asked;
    const { principal, role } = input;
    const from = day(input.from) ?? world.today;
    const to = day(input.to) ?? null;
    const unit = administered(input.unit, asked);
    if (principal === '' || principal.trim() !== principal || principal.length > 255 || hasControl(principal)) throw new Fault('principal', 'INVALID');
    if (principal.startsWith('key:')) {
      if (!/^key:[a-z0-9]{12}$/.test(principal)) throw new Fault('principal', 'INVALID');
      if (role !== 'PARTNER') throw new Fault('role', 'INVALID');
    }
    if (from < world.today) throw new Fault('from', 'INVALID');
    if (to !== null && to < from) throw new Fault('to', 'INVALID');
    if (role === 'ADMIN' || principal === sight.principal) {
      // Whoever is ADMIN for a time makes nobody ADMIN for longer.
      const own = sight.scopes.filter((one) => one.role === 'ADMIN' && world.isBeneathToday(unit, one.unit)).map((one) => one.to);
      const until = own.includes(null) ? null : own.sort().at(-1)!;
      if (until !== null && (to === null || to > until)) throw new Fault('to', 'INVALID');
    }
    const held = world.grants.some((one) => !one.revoked && one.principal === principal && one.role === role && one.unit === unit && overlap(one, { from, to }));
    if (held) throw new Fault('principal', 'CONFLICT');
    const grant: Grant = { principal, role, unit, from, to, revoked: false, grantedBy: sight.principal, revokedBy: null, arrival: world.grants.length };
    world.grants.push(grant);
    return { grant };
  }),

  revokeGrant: mutation({ grant: null }, ({ id }: { id: string }, asked) => {
    const grant = node(id, asked, 'Grant') as Grant | null;
    if (!grant) throw new Fault('id', 'NOT_FOUND');
    if (!asked.sight.administers(grant.unit)) throw new Fault('id', 'FORBIDDEN');
    if (!grant.revoked) Object.assign(grant, { revoked: true, revokedBy: asked.sight.principal });
    return { grant };
  }),

  createApiKey: mutation({ apiKey: null, secret: null }, (input: { unit: string; name: string; expiresOn: unknown }, asked) => {
    const { world, sight } = asked;
    const expiresOn = day(input.expiresOn)!;
    const unit = administered(input.unit, asked);
    const name = input.name.trim();
    if (name === '' || name.length > 200 || hasControl(name)) throw new Fault('name', 'INVALID');
    const latest = `${Number(world.today.slice(0, 4)) + 2}${world.today.slice(4)}`;
    if (expiresOn < world.today || expiresOn > latest) throw new Fault('expiresOn', 'INVALID');
    const keyId = MADE + String(world.keys.length);
    const createdBy = sight.principal;
    const apiKey = { keyId, name, unit, expiresOn, revoked: false, createdBy, revokedBy: null };
    world.keys.push(apiKey);
    world.grants.push({
      principal: principalOf(keyId), role: 'PARTNER', unit, from: world.today, to: expiresOn, revoked: false, grantedBy: createdBy, revokedBy: null, arrival: world.grants.length,
    });
    return { apiKey, secret: ANY };
  }),

  revokeApiKey: mutation({ apiKey: null }, ({ keyId }: { keyId: string }, { world, sight }) => {
    const apiKey = world.keys.find((key) => key.keyId === keyId && sight.apiKey(key));
    if (!apiKey) throw new Fault('keyId', 'NOT_FOUND');
    if (!apiKey.revoked) Object.assign(apiKey, { revoked: true, revokedBy: sight.principal });
    return { apiKey };
  }),

  publishTotal: mutation({ publication: null }, publish, (sight) => sight.isPublisher),

  withdrawPublication: mutation(
    { publication: null },
    ({ id, reason }: { id: string; reason: string }, asked) => {
      const publication = node(id, asked, 'Publication') as Publication | null;
      if (!publication) throw new Fault('id', 'NOT_FOUND');
      if (!asked.sight.publishes(publication.unit)) throw new Fault('id', 'FORBIDDEN');
      const endReason = reason.trim();
      if (endReason === '' || endReason.length > 2000 || endReason.includes('\0')) throw new Fault('reason', 'INVALID');
      if (!publication.ended) Object.assign(publication, { ended: true, endReason });
      return { publication };
    },
    (sight) => sight.isPublisher,
  ),
};

interface Publish {
  unit: string;
  campaign: string;
  phase?: string | null;
  indicator: string;
  basis?: Measure | 'NORM' | null;
  asOf?: unknown;
  audience: 'PARTNER' | 'PUBLIC';
  note?: string | null;
}
function publish(input: Publish, { world, sight, refused }: Asked, name: string): object {
  const asOf = day(input.asOf) ?? world.today;
  const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
  if (!sight.publishes(unit)) throw new Fault('unit', 'FORBIDDEN');
  const campaign = seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one));
  const phase = input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true);
  const indicator = seen('indicator', world.indicators.get(input.indicator), (one) => sight.indicator(one));
  if (input.basis === 'NORM') throw new Fault('basis', 'INVALID');
  if (asOf > world.today) throw new Fault('asOf', 'INVALID');
  const note = input.note ?? null;
  if (note !== null && (note.length > 2000 || note.includes('\0'))) throw new Fault('note', 'INVALID');
  const measure = input.basis ?? 'RESULT';
  const card = { campaign, phase, indicator };
  const total = new Standing(world, unit, card, asOf).total(measure);
  if (total === null) throw new Fault('asOf', 'NOTHING_REPORTED');
  const { amount: value, qualifier, origin, complete, asOf: movedOn } = total;
  const current = world.publications.find(
    (one) => !one.ended && one.unit === unit && one.campaign === campaign && one.phase === phase && one.indicator === indicator && one.measure === measure && one.asOf === asOf,
  );
  if (current && current.audience === input.audience && current.value === value && current.qualifier === qualifier) return { publication: current };
  if (refused?.(name)) throw new Fault('unit', 'TOO_FEW_UNITS');
  if (current) current.ended = true;
  const publication: Publication = {
    unit, ...card, measure, asOf, value, qualifier, origin, complete, movedOn, audience: input.audience, source: null, note,
    ended: false, endReason: null, arrival: Math.max(0, ...world.publications.map(({ arrival }) => arrival)) + 1,
  };
  world.publications.push(publication);
  return { publication };
}
