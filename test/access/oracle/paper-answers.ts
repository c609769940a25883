/** What fields answer of campaign papers and events, and what mutations do to them. */
import type { GraphQLFieldResolver } from 'graphql';
import { day, inOrder, page, widest, type Order } from './lists.js';
import { decimal, Fault, isEmpty, mutation, note, seen, type MutationResolver } from './mutations.js';
import { countOf, isSeen, type Aim, type Document, type Event, type EventCount, type Partner, type Theme } from './papers.js';
import { lacking } from './readiness.js';
import { claims } from './sources.js';
import { idOf, type Asked } from './things.js';
import type { Sight } from './sight.js';
import type { Campaign, Day, Unit, World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- rows and inputs of many shapes, which graphql-js has checked
type Resolver = GraphQLFieldResolver<any, Asked, any>;
type Input = any;

const documentsByCode = { name: 'document.code', keys: ({ code }: Document) => [code] } satisfies Order<Document>;
const aimsByCodes = { name: 'aim', keys: ({ unit, campaign, code }: Aim) => [campaign.code, unit.code, code] } satisfies Order<Aim>;
const partnersByCode = { name: 'partner.code', keys: ({ code }: Partner) => [code] } satisfies Order<Partner>;
const eventsByDay = { name: 'event.day', descending: true, keys: ({ startsOn, code }: Event) => [startsOn ?? '0001-01-01', code] } satisfies Order<Event>;
const campaignsByCode = { name: 'campaign.code', keys: ({ code }: Campaign) => [code] } satisfies Order<Campaign>;

const ifSeen = <T>(thing: T | null | undefined, see: (thing: T) => boolean): T | null => (thing != null && see(thing) ? thing : null);
const inScope = <T>(field: (event: Event) => T | null): Resolver => (event: Event, _args, { sight }) => (sight.inScope(event.unit) ? field(event) : null);
const cited: Resolver = claims(({ source }) => source);
const campaignsOf = (campaigns: Set<Campaign>, { sight }: Asked): Campaign[] => inOrder([...campaigns].filter((one) => sight.campaign(one)), campaignsByCode);
/** A repeated answer has a copy of the campaign as it was. */
const documentsOf = (field: 'basisOf' | 'guides'): Resolver => (campaign: Campaign, args, { sight, world }) =>
  page([...world.papers.documents.values()].filter((one) => [...one[field]].some(({ code }) => code === campaign.code) && isSeen.document(sight, one)), args, documentsByCode);

function above(unit: Unit, on: Day, world: World): Unit[] {
  const parent = world.parentOn(unit, on);
  return parent && on >= unit.validFrom ? [...above(parent, on, world), parent] : [];
}
const dayBefore = (of: Day): Day => new Date(Date.parse(`${of}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

export const paperResolvers: Record<string, Record<string, Resolver>> = {
  Query: {
    document: (_root, { code }, { sight, world }) => ifSeen(world.papers.documents.get(code), (one) => isSeen.document(sight, one)),
    partner: (_root, { code }, { sight, world }) => ifSeen(world.papers.partners.get(code), (one) => isSeen.partner(sight, one)),
    event: (_root, { code }, { sight, world }) => ifSeen(world.papers.events.get(code), (one) => isSeen.event(sight, one)),
  },
  Document: {
    id: (row: Document) => idOf('Document', row),
    claims: cited,
    unit: ({ unit }: Document, _args, { sight }) => ifSeen(unit, (one) => sight.unit(one)),
    basisOf: ({ basisOf }: Document, _args, asked) => campaignsOf(basisOf, asked),
    guides: ({ guides }: Document, _args, asked) => campaignsOf(guides, asked),
  },
  Aim: {
    id: (row: Aim) => idOf('Aim', row),
    claims: cited,
    indicator: ({ indicator }: Aim, _args, { sight }) => ifSeen(indicator, (one) => sight.indicator(one)),
  },
  AnnualTheme: { id: (row: Theme) => idOf('AnnualTheme', row), claims: cited },
  Partner: { id: (row: Partner) => idOf('Partner', row), claims: cited },
  Event: {
    id: (row: Event) => idOf('Event', row),
    campaign: ({ campaign }: Event, _args, { sight }) => ifSeen(campaign, (one) => sight.campaign(one)),
    partners: ({ partners }: Event, _args, { sight }) => inOrder([...partners].filter((one) => isSeen.partner(sight, one)), partnersByCode),
    counts: ({ unit, counts }: Event, _args, { sight }) => counts.map((count) => ({ ...count, source: sight.inScope(unit) ? count.source : null })),
    outcomes: inScope(({ outcomes }) => outcomes),
    source: inScope(({ source }) => source),
    note: inScope((event) => event.note),
    claims: claims(({ unit, source }: Event, { sight }) => (sight.inScope(unit) ? source : null)),
  },
  EventCount: { claims: cited },
  Campaign: {
    basisDocuments: documentsOf('basisOf'),
    guidance: documentsOf('guides'),
    aims: (campaign: Campaign, args, { sight, world }) => page(world.papers.aims.filter((one) => one.campaign.code === campaign.code && isSeen.aim(sight, one)), args, aimsByCodes),
    missingForLaunch: (campaign: Campaign, _args, { world }) => (campaign.status === 'DRAFT' ? lacking(campaign, world) : null),
    phases: ({ phases }: Campaign, { activeOn }) => {
      const on = day(activeOn);
      const running = phases.filter((one) => on === undefined || (one.startsOn !== null && widest(one.startsOn, one.startsOnPrecision, 'first') <= on && (one.endsOn === null || on <= widest(one.endsOn, one.endsOnPrecision, 'last'))));
      return running.sort((a, b) => (`${a.startsOn ?? '9999'} ${a.code}` < `${b.startsOn ?? '9999'} ${b.code}` ? -1 : 1));
    },
  },
  OrgUnit: {
    documents: (unit: Unit, { kind, ...args }, { sight, world }) =>
      page([...world.papers.documents.values()].filter((one) => one.unit === unit && (kind == null || one.kind === kind) && isSeen.document(sight, one)), args, documentsByCode),
    annualTheme: (unit: Unit, { year }, { sight, world }) => ifSeen(world.papers.themes.find((one) => one.unit === unit && one.year === year), (one) => isSeen.theme(sight, one)),
    annualThemes: (unit: Unit, { year }, { sight, world }) => {
      const on = [`${year}-12-31`, world.today, ...(unit.closedOn === null ? [] : [dayBefore(unit.closedOn)])].sort()[0]!;
      return [...above(unit, on, world), unit].flatMap((one) => world.papers.themes.filter((theme) => theme.unit === one && theme.year === year && isSeen.theme(sight, theme)));
    },
    aims: (unit: Unit, { campaign, ...args }, { sight, world }) =>
      page(world.papers.aims.filter((one) => one.unit === unit && (campaign == null || one.campaign.code === campaign) && isSeen.aim(sight, one)), args, aimsByCodes),
    partners: (unit: Unit, args, { sight, world }) => page([...world.papers.partners.values()].filter((one) => one.unit === unit && isSeen.partner(sight, one)), args, partnersByCode),
    events: (unit: Unit, { where, beneath, ...args }, { sight, world }) => {
      const [from, to] = [day(where?.from), day(where?.to)];
      const found = [...world.papers.events.values()].filter(
        (one) =>
          isSeen.event(sight, one) &&
          (one.unit === unit || ((beneath ?? true) && world.isBeneathToday(one.unit, unit))) &&
          (where?.kind == null || one.kind === where.kind) &&
          (where?.campaign == null || (one.campaign !== null && one.campaign.code === where.campaign && sight.campaign(one.campaign))) &&
          (where?.partner == null || [...one.partners].some((partner) => partner.code === where.partner && isSeen.partner(sight, partner))) &&
          (from === undefined || (one.startsOn !== null && widest(one.startsOn, one.startsOnPrecision, 'last') >= from)) &&
          (to === undefined || (one.startsOn !== null && widest(one.startsOn, one.startsOnPrecision, 'first') <= to)),
      );
      return page(found, args, eventsByDay);
    },
  },
};
const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

function words(field: string, text: string | null, longest: number): string | null {
  if (text === null) return null;
  const composed = text.normalize('NFC');
  if (composed.length > longest || composed.includes('\0') || isEmpty(composed)) throw new Fault(field, 'INVALID');
  return composed;
}

/** How a field is said: at most so many characters, a date with its precision, or one of some values. */
type Rule = number | 'dated' | 'value';
type Rules = Record<string, Rule>;
const NEEDED = new Set(['title', 'name', 'kind']);

function after(rules: Rules, known: any, input: Input, needed: ReadonlySet<string>): Input {
  const next: Input = {};
  for (const [field, rule] of Object.entries(rules)) {
    const precision = `${field}Precision`;
    if (rule === 'dated') {
      next[field] = input[field] === undefined ? (known?.[field] ?? null) : (day(input[field]) ?? null);
      if (input[field] !== undefined && next[field] !== null && next[field] < '1000') throw new Fault(field, 'INVALID');
      next[precision] = input[field] !== undefined || input[precision] !== undefined ? (input[precision] ?? 'DAY') : (known?.[precision] ?? 'DAY');
      if (next[field] === null && next[precision] !== 'DAY') throw new Fault(field, 'INVALID');
      continue;
    }
    next[field] = input[field] === undefined ? (known?.[field] ?? null) : rule === 'value' ? input[field] : words(field, input[field], rule);
    if (needed.has(field) && next[field] === null) throw new Fault(field, 'INVALID');
  }
  return next;
}
const ordered = (from: Day | null, fromPrecision: string, to: Day | null, toPrecision: string, field: string): void => {
  if (from !== null && to !== null && widest(to, toPrecision, 'last') < widest(from, fromPrecision, 'first')) throw new Fault(field, 'INVALID');
};

interface Saving<Row> {
  as: string;
  action: string;
  rules: Rules;
  needed: ReadonlySet<string>;
  may(sight: Sight): boolean;
  /** Whether the caller keeps those of a unit. */
  keeps(sight: Sight, unit: Unit): boolean;
  /** What else is found before anything is done. */
  prepare?(input: Input, asked: Asked): void;
  /** By its key, whoever sees it. */
  find(input: Input, unit: Unit, world: World): Row | undefined;
  isSeen(sight: Sight, row: Row): boolean;
  /** It has a code of its own. */
  coded: boolean;
  /** What else is different: fields of the row. */
  more(input: Input, next: Input, unit: Unit, known: Row | undefined, asked: Asked): Partial<Row>;
  make(input: Input, unit: Unit, asked: Asked): Row;
  add(row: Row, world: World): void;
  said(row: Row): object;
}

const asText = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? `${one}` : one instanceof Set ? [...one].map(({ code }: any) => code as string).sort() : typeof one === 'object' && one !== null && 'code' in one ? one.code : one)) ?? 'none';

function saving<Row extends { version: number }>(name: string, of: Saving<Row>): [string, MutationResolver] {
  return mutation<Unit>(name, {
    nothing: { [of.as]: null },
    may: of.may,
    read: (input: Input) => Object.entries(of.rules).forEach(([field, rule]) => rule === 'dated' && day(input[field])),
    prepare: (input: Input, asked) => {
      const unit = seen('unit', asked.world.units.get(input.unit), (one) => asked.sight.unit(one));
      if (!of.keeps(asked.sight, unit)) throw new Fault('unit', 'FORBIDDEN');
      of.prepare?.(input, asked);
      return unit;
    },
    act: (input: Input, unit, asked) => {
      const { sight, world } = asked;
      const there = of.find(input, unit, world);
      const known = there && of.isSeen(sight, there) ? there : undefined;
      const shown = known ? { [of.as]: known } : {};
      if (known && (known as { unit?: unknown }).unit !== unit) throw new Fault('code', 'CONFLICT', shown);
      if ((input.expectedVersion ?? 0) !== (known?.version ?? 0)) throw new Fault('expectedVersion', 'CONFLICT', shown);
      if (of.coded && !isCode(input.code)) throw new Fault('code', 'INVALID');
      const next = after(of.rules, known, input, of.needed);
      Object.assign(next, of.more(input, next, unit, known, asked));
      if (!known) {
        if (there) throw new Fault('code', 'CONFLICT');
        const row = Object.assign(of.make(input, unit, asked), next, { version: 1 });
        of.add(row, world);
        note(asked, of.action, unit, of.said(row));
        return { [of.as]: row };
      }
      const same = Object.entries(next).every(([field, value]) => asText(value) === asText((known as Record<string, unknown>)[field]));
      if (same) return { [of.as]: known };
      if (of.as === 'event' && sight.mayNotChange('EVENT', known as unknown as Event)) throw new Fault('code', 'FORBIDDEN');
      const former = of.said(known);
      // What repeated answers show is as it is, where the server looks it up.
      for (const [field, value] of Object.entries(next)) {
        const before = (known as Record<string, unknown>)[field];
        if (!(value instanceof Set)) (known as Record<string, unknown>)[field] = value;
        else {
          (before as Set<unknown>).clear();
          for (const one of value) (before as Set<unknown>).add(one);
        }
      }
      known.version += 1;
      note(asked, of.action, unit, of.said(known), former);
      return { [of.as]: known };
    },
  });
}

const publishes = { may: (sight: Sight) => sight.isPublisher, keeps: (sight: Sight, unit: Unit) => sight.publishes(unit) };
const reports = { may: (sight: Sight) => sight.holdsSomewhere('REPORTER'), keeps: (sight: Sight, unit: Unit) => sight.reports(unit) };
const none = new Set<string>();
const atMost = (most: number, field: string, list: unknown[]): void => {
  if (list.length > most) throw new Fault(field, 'INVALID');
};
const visible = (field: string, code: string, { sight, world }: Asked): Campaign => seen(field, world.campaigns.get(code), (one) => sight.campaign(one));

export const paperMutations = [
  saving<Document>('saveDocument', {
    as: 'document', action: 'SAVE_DOCUMENT', ...publishes, coded: true, needed: NEEDED, isSeen: isSeen.document,
    rules: { kind: 'value', title: 500, number: 100, issuer: 500, issuedOn: 'dated', termFrom: 'dated', termTo: 'dated', content: 10_000, source: 500, note: 2000 },
    find: ({ code }, _unit, { papers }) => papers.documents.get(code),
    more: (input, { termFrom, termFromPrecision, termTo, termToPrecision }, _unit, known, asked) => {
      ordered(termFrom, termFromPrecision, termTo, termToPrecision, 'termTo');
      const ties: Partial<Document> = {};
      for (const field of ['basisOf', 'guides'] as const) {
        if (input[field] === undefined) continue;
        const codes: string[] = input[field] ?? [];
        atMost(100, field, codes);
        const hidden = [...(known?.[field] ?? [])].filter((one) => !asked.sight.campaign(one));
        ties[field] = new Set([...hidden, ...codes.map((code, i) => visible(`${field}.${i}`, code, asked))]);
      }
      return ties;
    },
    make: ({ code }, unit) => ({ code, unit, basisOf: new Set(), guides: new Set() }) as unknown as Document,
    add: (row, { papers }) => papers.documents.set(row.code, row),
    said: ({ unit: _unit, basisOf: _basis, guides: _guides, ...rest }) => ({ ...rest }),
  }),
  saving<Aim>('saveAim', {
    as: 'aim', action: 'SAVE_AIM', coded: false, needed: new Set(['text']), isSeen: isSeen.aim,
    may: (sight) => sight.holdsSomewhere('APPROVER'), keeps: (sight, unit) => sight.assigns(unit),
    rules: { direction: 'value', text: 2000, source: 500, note: 2000 },
    prepare: (input, asked) => {
      visible('campaign', input.campaign, asked);
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
    },
    find: ({ campaign, code }, unit, { papers }) => papers.aims.find((one) => one.unit === unit && one.campaign.code === campaign && one.code === code),
    more: (input, _next, unit, _known, asked) => {
      const campaign = asked.world.campaigns.get(input.campaign)!;
      if (campaign.status === 'CLOSED' || (campaign.status === 'DRAFT' && campaign.launchedBy !== unit)) throw new Fault('campaign', 'INVALID');
      return {
        ...(input.phase !== undefined && { phase: input.phase === null ? null : seen('phase', campaign.phases.find(({ code }) => code === input.phase), () => true) }),
        ...(input.indicator !== undefined && { indicator: input.indicator === null ? null : seen('indicator', asked.world.indicators.get(input.indicator), (one) => asked.sight.indicator(one)) }),
      };
    },
    make: ({ code, campaign }, unit, { world }) => ({ code, unit, campaign: world.campaigns.get(campaign)!, phase: null, indicator: null }) as unknown as Aim,
    add: (row, { papers }) => void papers.aims.push(row),
    said: ({ campaign, phase, indicator, code, direction, text, version, source, note: remark }) => ({ campaign: campaign.code, phase: phase?.code ?? null, indicator: indicator?.code ?? null, code, direction, text, version, source, note: remark }),
  }),
  saving<Theme>('saveAnnualTheme', {
    as: 'annualTheme', action: 'SAVE_ANNUAL_THEME', ...publishes, coded: false, needed: none, isSeen: isSeen.theme,
    rules: { text: 2000, source: 500, note: 2000 },
    prepare: ({ year }) => {
      if (year < 1000 || year > 9999) throw new Fault('year', 'INVALID');
    },
    find: ({ year }, unit, { papers }) => papers.themes.find((one) => one.unit === unit && one.year === year),
    more: () => ({}),
    make: ({ year }, unit) => ({ year, unit }) as unknown as Theme,
    add: (row, { papers }) => void papers.themes.push(row),
    said: ({ unit: _unit, ...rest }) => ({ ...rest }),
  }),
  saving<Partner>('savePartner', {
    as: 'partner', action: 'SAVE_PARTNER', ...reports, coded: true, needed: NEEDED, isSeen: isSeen.partner,
    rules: { name: 500, kind: 'value', source: 500, note: 2000 },
    find: ({ code }, _unit, { papers }) => papers.partners.get(code),
    more: () => ({}),
    make: ({ code }, unit) => ({ code, unit }) as unknown as Partner,
    add: (row, { papers }) => papers.partners.set(row.code, row),
    said: ({ unit: _unit, ...rest }) => ({ ...rest }),
  }),
  saving<Event>('saveEvent', {
    as: 'event', action: 'SAVE_EVENT', ...reports, coded: true, needed: NEEDED, isSeen: isSeen.event,
    rules: { kind: 'value', name: 500, edition: 100, startsOn: 'dated', endsOn: 'dated', outcomes: 10_000, source: 500, note: 2000 },
    find: ({ code }, _unit, { papers }) => papers.events.get(code),
    more: (input, { startsOn, startsOnPrecision, endsOn, endsOnPrecision }, _unit, known, asked) => {
      ordered(startsOn, startsOnPrecision, endsOn, endsOnPrecision, 'endsOn');
      const more: Partial<Event> = {};
      if (input.campaign !== undefined) more.campaign = input.campaign === null ? null : visible('campaign', input.campaign, asked);
      if (input.counts !== undefined) {
        const counts: Input[] = input.counts ?? [];
        atMost(50, 'counts', counts);
        more.counts = counts.map(readCount);
      }
      if (input.partners !== undefined) {
        const codes: string[] = input.partners ?? [];
        atMost(100, 'partners', codes);
        const hidden = [...(known?.partners ?? [])].filter((one) => !isSeen.partner(asked.sight, one));
        more.partners = new Set([...hidden, ...codes.map((code, i) => seen(`partners.${i}`, asked.world.papers.partners.get(code), (one) => isSeen.partner(asked.sight, one)))]);
      }
      return more;
    },
    make: ({ code }, unit) => ({ code, unit, campaign: null, partners: new Set(), counts: [] }) as unknown as Event,
    add: (row, { papers }) => papers.add(row),
    said: ({ unit: _unit, campaign: _campaign, partners: _partners, counts, ...rest }) => ({ ...rest, counts: counts.map((one) => ({ ...one, value: one.value === null ? null : decimal(one.value) })) }),
  }),
];

function readCount(input: Input, i: number): EventCount {
  const { value, qualifier } = input;
  if (value == null && qualifier != null && qualifier !== 'EXACT') throw new Fault(`counts.${i}.qualifier`, 'INVALID');
  if (value != null && (value < 0 || Object.is(value, -0) || value > Number.MAX_SAFE_INTEGER || !/^\d+(\.\d{1,4})?$/.test(String(value)))) throw new Fault(`counts.${i}.value`, 'INVALID');
  if (value != null && input.of !== 'OTHER' && !Number.isInteger(value)) throw new Fault(`counts.${i}.value`, 'INVALID');
  return countOf({ ...input, noun: words(`counts.${i}.noun`, input.noun ?? null, 100), source: words(`counts.${i}.source`, input.source ?? null, 500) });
}
