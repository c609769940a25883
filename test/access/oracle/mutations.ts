/** What mutations do to the world in memory: who may, what is wrong with the input, and what is different afterwards. */
import type { GraphQLFieldResolver } from 'graphql';
import { BadUserInput, day } from './lists.js';
import { Standing } from './numbers.js';
import { ANY, ID, idOf, MADE, node, principalOf, takes, type Asked } from './things.js';
import { Sight } from './sight.js';
import type { Day, Grant, Measure, Publication, Role, Unit } from './world.js';

// oxlint-disable typescript/no-explicit-any -- inputs of many shapes, which graphql-js has checked
interface Mutation<Prepared> {
  nothing: Record<string, unknown>;
  /** Of what is no value at all the operation fails. */
  read?(input: any): void;
  /** Finds what is meant and says who may do this to it; for a repeat, too. */
  prepare(input: any, asked: Asked): Prepared;
  act(input: any, prepared: Prepared, asked: Asked, name: string): Record<string, unknown>;
  /** Who may call it at all. */
  may?(sight: Sight): boolean;
  /** What a repeat does not show. */
  secret?: string;
  /** What a repeat shows, of the first answer. */
  again?(first: Record<string, unknown>, prepared: Prepared, asked: Asked): Record<string, unknown>;
}
export type MutationResolver = GraphQLFieldResolver<unknown, Asked, { input: any }>;

/** Whether it shows nothing; of what nobody sees, those that are dealt. */
export const isEmpty = (text: string): boolean => [...text].every((sign) => '\u200b\u2060\u00ad\u3164'.includes(sign) || sign.trim() === '');

export class Fault extends Error {
  constructor(
    readonly field: string,
    readonly code: string,
    /** What the payload shows all the same. */
    readonly shown: object = {},
    /** How many faults there are, all of one kind. */
    readonly times = 1,
  ) {
    super(code);
  }

  get errors(): { path: string[]; code: string; message: string }[] {
    return Array.from({ length: this.times }, () => ({ path: ['input', ...this.field.split('.')], code: this.code, message: ANY }));
  }
}
export class Faults extends Fault {
  constructor(
    readonly all: readonly Fault[],
    shown: object = {},
  ) {
    super(all[0]!.field, all[0]!.code, shown);
  }

  override get errors(): { path: string[]; code: string; message: string }[] {
    return this.all.flatMap((fault) => fault.errors);
  }
}

/** Runs it for whoever may do such things to some unit. What is asked of the outcome is asked of the world as it is then. */
export function mutation<Prepared>(field: string, { nothing, read, prepare, act, may = (sight) => sight.isAdmin, secret, again }: Mutation<Prepared>): [string, MutationResolver] {
  return [
    field,
    (_root, { input }, asked, { path }) => {
      const { sight, world } = asked;
      takes(sight, may(sight));
      read?.(input);
      try {
        const { idempotencyKey: key } = input as { idempotencyKey?: string | null };
        if (key != null && (key === '' || key.length > 255 || hasControl(key))) throw new Fault('idempotencyKey', 'INVALID');
        const said = JSON.stringify([field, canonical({ ...input, idempotencyKey: undefined })]);
        // A preview leaves no trace.
        const first = key == null || input.preview === true ? undefined : world.answers.get(`${sight.principal} ${key}`);
        if (first && first.said !== said) throw new Fault('idempotencyKey', 'CONFLICT');
        const prepared = prepare(input, asked);
        if (first) return { ...(again?.(first.answer, prepared, asked) ?? first.answer), replayed: true, userErrors: [] };
        const done = act(input, prepared, asked, String(path.key));
        // What a repeat shows is how the thing was then.
        const answer = Object.fromEntries(Object.entries(done).map(([name, value]) => [name, name === secret ? null : asThen(value)]));
        if (key != null && input.preview !== true) world.answers.set(`${sight.principal} ${key}`, { said, answer });
        return { ...done, replayed: false, userErrors: [] };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { ...nothing, ...error.shown, replayed: false, userErrors: error.errors };
      } finally {
        asked.sight = new Sight(world, sight.principal);
      }
    },
  ];
}
/** Whatever the order in which, and whether null or left out. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).flatMap(([name, one]) => (one === undefined ? [] : [[name, canonical(one)]])).sort(([a], [b]) => (a! < b! ? -1 : 1));
}

/** A thing as it is now, of several each. */
function asThen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return { ...value };
  return value.map((one: unknown) => (typeof one === 'object' && one !== null ? { ...one, ...('figure' in one && { figure: asThen(one.figure) }), ...('initiative' in one && { initiative: asThen(one.initiative) }) } : one));
}

/** An id that is none of the type is found before all else. */
export const isIdOf = (type: string) => ({ id }: { id: string }): void => {
  if (!id.startsWith(`${ID}${type}:`)) throw new BadUserInput();
};

/** Versions are the caller's to know, or not to tell. */
export function known({ expectedVersion }: { expectedVersion?: number | null }, current: number, shown: object = {}): void {
  if (expectedVersion != null && expectedVersion !== current) throw new Fault('expectedVersion', 'CONFLICT', shown);
}
function administered(code: string, { sight, world }: Asked): Unit {
  const unit = world.units.get(code);
  if (!unit || !sight.unit(unit)) throw new Fault('unit', 'NOT_FOUND');
  if (!sight.administers(unit)) throw new Fault('unit', 'FORBIDDEN');
  return unit;
}

export function seen<T>(field: string, thing: T | undefined, isSeen: (thing: T) => boolean): T {
  if (thing === undefined || !isSeen(thing)) throw new Fault(field, 'NOT_FOUND');
  return thing;
}

/** Notes what the caller did, as callers read it in the audit log. */
export function note({ world, sight }: Asked, action: string, unit: Unit, after: unknown, before: unknown = null): void {
  world.audit.push({ principal: sight.principal, action, unit, before, after, requestId: ANY, arrival: world.audit.length });
}

const saidOfGrant = (grant: Grant): object => ({ id: idOf('Grant', grant), principal: grant.principal, role: grant.role, unit: grant.unit.code, from: grant.from, to: grant.to });
const saidOfPublication = ({ campaign, phase, indicator, measure, asOf, audience, value }: Publication): object => ({
  campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator.code, measure: measure === 'RESULT' ? 'RESULT' : 'TARGET', basis: measure === 'RESULT' ? null : measure,
  asOf, audience, value: decimal(value),
});
export const decimal = (scaled: bigint): string => `${scaled < 0n ? '-' : ''}${String(scaled < 0n ? -scaled : scaled).padStart(5, '0').replace(/(\d{4})$/, '.$1')}`;

const hasControl = (text: string) => /\p{Cc}|\p{Cs}/u.test(text);
const overlap = (a: { from: Day; to: Day | null }, b: { from: Day; to: Day | null }) => (b.to === null || a.from <= b.to) && (a.to === null || b.from <= a.to);

export const mutations: Record<string, MutationResolver> = Object.fromEntries([
  mutation('grantRole', {
    nothing: { grant: null },
    prepare: (input: GrantRole, asked) => {
      const [from, to] = [day(input.from) ?? asked.world.today, day(input.to) ?? null];
      return { from, to, unit: administered(input.unit, asked) };
    },
    act: (input: GrantRole, { from, to, unit }, asked) => {
      const { world, sight } = asked;
      const { principal, role } = input;
      if (isEmpty(principal) || principal.trim() !== principal || principal.length > 255 || hasControl(principal)) throw new Fault('principal', 'INVALID');
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
      known(input, 0);
      const grant: Grant = { principal, role, unit, from, to, revoked: false, grantedBy: sight.principal, revokedBy: null, arrival: world.grants.length, version: 1 };
      world.grants.push(grant);
      note(asked, 'GRANT_ROLE', unit, saidOfGrant(grant));
      return { grant };
    },
  }),

  mutation('revokeGrant', {
    nothing: { grant: null },
    read: isIdOf('Grant'),
    prepare: ({ id }: { id: string }, asked) => {
      const grant = node(id, asked, 'Grant') as Grant | null;
      if (!grant) throw new Fault('id', 'NOT_FOUND');
      if (!asked.sight.administers(grant.unit)) throw new Fault('id', 'FORBIDDEN');
      return grant;
    },
    act: (input, grant, asked) => {
      known(input, grant.version, { grant });
      if (!grant.revoked) {
        Object.assign(grant, { revoked: true, revokedBy: asked.sight.principal, version: grant.version + 1 });
        note(asked, 'REVOKE_ROLE', grant.unit, null, saidOfGrant(grant));
      }
      return { grant };
    },
  }),

  mutation('createApiKey', {
    nothing: { apiKey: null, secret: null },
    secret: 'secret',
    prepare: (input: CreateApiKey, asked) => {
      const expiresOn = day(input.expiresOn)!;
      return { expiresOn, unit: administered(input.unit, asked) };
    },
    act: (input: CreateApiKey, { expiresOn, unit }, asked) => {
      const { world, sight } = asked;
      known(input, 0);
      const name = input.name.trim();
      if (isEmpty(name) || name.length > 200 || hasControl(name)) throw new Fault('name', 'INVALID');
      const latest = `${Number(world.today.slice(0, 4)) + 2}${world.today.slice(4)}`;
      if (expiresOn < world.today || expiresOn > latest) throw new Fault('expiresOn', 'INVALID');
      const keyId = MADE + String(world.keys.length);
      const createdBy = sight.principal;
      const apiKey = { keyId, name, unit, expiresOn, revoked: false, createdBy, revokedBy: null, version: 1 };
      world.keys.push(apiKey);
      world.grants.push({
        principal: principalOf(keyId), role: 'PARTNER', unit, from: world.today, to: expiresOn, revoked: false, grantedBy: createdBy, revokedBy: null, arrival: world.grants.length, version: 1,
      });
      note(asked, 'CREATE_API_KEY', unit, { keyId, name, expiresOn });
      return { apiKey, secret: ANY };
    },
  }),

  mutation('revokeApiKey', {
    nothing: { apiKey: null },
    prepare: ({ keyId }: { keyId: string }, { world, sight }) => {
      const apiKey = world.keys.find((key) => key.keyId === keyId && sight.apiKey(key));
      if (!apiKey) throw new Fault('keyId', 'NOT_FOUND');
      return apiKey;
    },
    act: (input, apiKey, asked) => {
      known(input, apiKey.version, { apiKey });
      if (!apiKey.revoked) {
        Object.assign(apiKey, { revoked: true, revokedBy: asked.sight.principal, version: apiKey.version + 1 });
        note(asked, 'REVOKE_API_KEY', apiKey.unit, { revoked: true }, { keyId: apiKey.keyId, name: apiKey.name, expiresOn: apiKey.expiresOn });
      }
      return { apiKey };
    },
  }),

  mutation('publishTotal', {
    nothing: { publication: null },
    may: (sight) => sight.isPublisher,
    prepare: (input: Publish, { world, sight }) => {
      const asOf = day(input.asOf) ?? world.today;
      const unit = seen('unit', world.units.get(input.unit), (one) => sight.unit(one));
      if (!sight.publishes(unit)) throw new Fault('unit', 'FORBIDDEN');
      return { unit, asOf };
    },
    act: publish,
  }),

  mutation('withdrawPublication', {
    nothing: { publication: null },
    read: isIdOf('Publication'),
    may: (sight) => sight.isPublisher,
    prepare: ({ id }: { id: string }, asked) => {
      const publication = node(id, asked, 'Publication') as Publication | null;
      if (!publication) throw new Fault('id', 'NOT_FOUND');
      if (!asked.sight.publishes(publication.unit)) throw new Fault('id', 'FORBIDDEN');
      return publication;
    },
    act: (input: { reason: string; expectedVersion?: number | null }, publication, asked) => {
      const endReason = input.reason.trim();
      if (isEmpty(endReason) || endReason.length > 2000 || endReason.includes('\0')) throw new Fault('reason', 'INVALID');
      known(input, publication.version, { publication });
      if (!publication.ended) {
        Object.assign(publication, { ended: true, endReason, version: publication.version + 1 });
        note(asked, 'WITHDRAW_PUBLICATION', publication.unit, { reason: endReason }, saidOfPublication(publication));
      }
      return { publication };
    },
  }),
]);

interface GrantRole {
  principal: string;
  role: Role;
  unit: string;
  from?: unknown;
  to?: unknown;
  expectedVersion?: number | null;
}
interface CreateApiKey {
  unit: string;
  name: string;
  expiresOn: unknown;
  expectedVersion?: number | null;
}

interface Publish {
  unit: string;
  campaign: string;
  phase?: string | null;
  indicator: string;
  basis?: Measure | 'NORM' | null;
  asOf?: unknown;
  audience: 'PARTNER' | 'PUBLIC';
  note?: string | null;
  expectedVersion?: number | null;
}
function publish(input: Publish, { unit, asOf }: { unit: Unit; asOf: Day }, asked: Asked, name: string): Record<string, unknown> {
  const { world, sight, refused } = asked;
  const campaign = seen('campaign', world.campaigns.get(input.campaign), (one) => sight.campaign(one));
  if (campaign.status === 'DRAFT') throw new Fault('campaign', 'INVALID');
  const phase = input.phase == null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true);
  const indicator = seen('indicator', world.indicators.get(input.indicator), (one) => sight.indicator(one));
  if (input.basis === 'NORM') throw new Fault('basis', 'INVALID');
  if (asOf > world.today) throw new Fault('asOf', 'INVALID');
  const remark = input.note ?? null;
  if (remark !== null && (remark.length > 2000 || remark.includes('\0'))) throw new Fault('note', 'INVALID');
  const measure = input.basis ?? 'RESULT';
  const card = { campaign, phase, indicator };
  const total = new Standing(world, unit, card, asOf).total(measure);
  if (total === null) throw new Fault('asOf', 'NOTHING_REPORTED');
  const { amount: value, qualifier, origin, complete, asOf: movedOn } = total;
  const current = world.publications.find(
    (one) => !one.ended && one.unit === unit && one.campaign === campaign && one.phase === phase && one.indicator === indicator && one.measure === measure && one.asOf === asOf,
  );
  known(input, current?.version ?? 0, current && { publication: current });
  if (current && current.audience === input.audience && current.value === value && current.qualifier === qualifier) return { publication: current };
  if (refused?.(name)) throw new Fault('unit', 'TOO_FEW_UNITS');
  if (current) Object.assign(current, { ended: true, version: current.version + 1 });
  const publication: Publication = {
    unit, ...card, measure, asOf, value, qualifier, origin, complete, movedOn, audience: input.audience, source: null, note: remark,
    ended: false, endReason: null, version: 1, arrival: Math.max(0, ...world.publications.map(({ arrival }) => arrival)) + 1,
  };
  world.publications.push(publication);
  note(asked, 'PUBLISH_TOTAL', unit, saidOfPublication(publication));
  return { publication };
}
