/** Where statements come from, and what is shown of honours outside their units' scope. */
import type { GraphQLFieldResolver } from 'graphql';
import { Fault, isIdOf, known, isEmpty, mutation, note, seen } from './mutations.js';
import { inOrder, page, type Order } from './lists.js';
import { ANY, idOf, node, type Asked } from './things.js';
import type { Campaign, Claim, Disclosure, Source, Unit } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;

const claimsByCode = { name: 'claim.code', keys: ({ code }: Claim) => [code] } satisfies Order<Claim>;
const disclosuresByArrival = { name: 'disclosure.id', descending: true, keys: ({ arrival }: Disclosure) => [arrival] } satisfies Order<Disclosure>;

/** Of whatever says where it comes from: the claims that it names. `source` as the caller reads it. */
export const claims = (sourceOf: (row: any, asked: Asked) => string | null): Resolver => (row, _args, asked) => {
  const codes = (sourceOf(row, asked) ?? '').split(/[\s,;]+/);
  return inOrder([...asked.world.claims.values()].filter((claim) => codes.includes(claim.code) && asked.sight.claim(claim)), claimsByCode);
};
const ifSeen = <T>(thing: T | null, isSeen: (thing: T) => boolean): T | null => (thing !== null && isSeen(thing) ? thing : null);

export const sourceResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    source: (_root, { code }, { sight, world }) => ifSeen(world.sources.get(code) ?? null, () => sight.hasScope),
    claim: (_root, { code }, { sight, world }) => ifSeen(world.claims.get(code) ?? null, (claim) => sight.claim(claim)),
  },
  Source: {
    id: (row: Source) => idOf('Source', row),
    claims: (source: Source, args, { sight, world }) => page([...world.claims.values()].filter((claim) => claim.source === source && sight.claim(claim)), args, claimsByCode),
  },
  Claim: {
    id: (row: Claim) => idOf('Claim', row),
    campaign: ({ campaign }: Claim, _args, { sight }) => ifSeen(campaign, (one) => sight.campaign(one)),
    indicator: ({ indicator }: Claim, _args, { sight }) => ifSeen(indicator, (one) => sight.indicator(one)),
    disagreesWith: (claim: Claim, _args, { sight, world }) =>
      inOrder([...world.claims.values()].filter((other) => (claim.against.includes(other.code) || other.against.includes(claim.code)) && sight.claim(other)), claimsByCode),
  },
  OrgUnit: {
    claimsAbout: (unit: Unit, args, { sight, world }) => page([...world.claims.values()].filter((claim) => claim.unit === unit && sight.claim(claim)), args, claimsByCode),
    claims: claims((unit: Unit, { sight }) => (sight.inScope(unit) ? unit.source : null)),
    disclosures: (unit: Unit, args, { sight, world }) => page(world.disclosures.filter((disclosure) => disclosure.thing.unit === unit && sight.disclosure(disclosure)), args, disclosuresByArrival),
  },
  Campaign: { claims: claims((campaign: Campaign, { sight }) => (sight.hasScope ? campaign.source : null)) },
  ...Object.fromEntries(['Indicator', 'EmulationCluster', 'MemberCount', 'Norm', 'Figure', 'Publication'].map((type) => [type, { claims: claims(({ source }) => source) }])),
  Disclosure: {
    id: (row: Disclosure) => idOf('Disclosure', row),
    of: ({ thing }: Disclosure) => thing.of,
    code: ({ thing }: Disclosure) => thing.code,
    unit: ({ thing }: Disclosure) => thing.unit,
    disclosedAt: () => ANY,
    endedAt: ({ ended }: Disclosure) => (ended ? ANY : null),
    source: ({ thing, source }: Disclosure, _args, { sight }) => (sight.inScope(thing.unit) ? source : null),
    claims: claims(({ thing, source }: Disclosure, { sight }) => (sight.inScope(thing.unit) ? source : null)),
    note: ({ thing, note: remark }: Disclosure, _args, { sight }) => (sight.inScope(thing.unit) ? remark : null),
  },
};

const said = ({ thing, audience, withNames }: Disclosure): object => ({ of: thing.of, code: thing.code, audience, withNames });

export const disclosureMutations = [
  mutation('discloseRecord', {
    nothing: { disclosure: null },
    may: (sight) => sight.isPublisher,
    prepare: (input: any, { sight, world }) => {
      const thing = seen('code', world.disclosable.find(({ of, code }) => of === input.of && code === input.code), (one) => one.seen(sight));
      if (!sight.publishes(thing.unit)) throw new Fault('code', 'FORBIDDEN');
      return thing;
    },
    act: (input: any, thing, asked) => {
      if (!thing.ready()) throw new Fault('code', 'INVALID');
      const remark: string | null = input.note ?? null;
      if (remark !== null && (remark.length > 2000 || remark.includes('\0'))) throw new Fault('note', 'INVALID');
      const { world } = asked;
      const current = world.disclosures.find((one) => one.thing === thing && !one.ended);
      known(input, current?.version ?? 0, current && { disclosure: current });
      if (current && current.audience === input.audience && current.withNames === input.withNames && current.note === remark) return { disclosure: current };
      if (current) Object.assign(current, { ended: true, version: current.version + 1 });
      const disclosure: Disclosure = { thing, campaign: thing.campaign, audience: input.audience, withNames: input.withNames, source: null, note: remark, ended: false, endReason: null, version: 1, arrival: world.disclosures.length };
      world.disclosures.push(disclosure);
      note(asked, 'DISCLOSE_RECORD', thing.unit, said(disclosure), current ? said(current) : null);
      return { disclosure };
    },
  }),
  mutation('withdrawDisclosure', {
    nothing: { disclosure: null },
    read: isIdOf('Disclosure'),
    may: (sight) => sight.isPublisher,
    prepare: ({ id }: any, asked) => {
      const disclosure = node(id, asked, 'Disclosure') as Disclosure | null;
      if (!disclosure) throw new Fault('id', 'NOT_FOUND');
      if (!asked.sight.publishes(disclosure.thing.unit)) throw new Fault('id', 'FORBIDDEN');
      return disclosure;
    },
    act: (input: any, disclosure, asked) => {
      const why = input.reason.trim() as string;
      if (isEmpty(why) || why.length > 2000 || why.includes('\0')) throw new Fault('reason', 'INVALID');
      known(input, disclosure.version, { disclosure });
      if (!disclosure.ended) {
        Object.assign(disclosure, { ended: true, endReason: why, version: disclosure.version + 1 });
        note(asked, 'WITHDRAW_DISCLOSURE', disclosure.thing.unit, { reason: why }, said(disclosure));
      }
      return { disclosure };
    },
  }),
];
