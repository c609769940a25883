/** What mutations do to campaigns, and to who takes part in them. */
import { day } from './lists.js';
import { Fault, isEmpty, mutation, note, seen } from './mutations.js';
import { lacking } from './readiness.js';
import { type Asked } from './things.js';
import type { Adoption, Campaign, Day, Indicator, Phase, Unit, World } from './world.js';

// oxlint-disable typescript/no-explicit-any -- inputs of many shapes, which graphql-js has checked
type Input = any;

const isCode = (text: string) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);

/** Those whom a command of campaigns of the unit is for. */
function managed(code: string, { sight, world }: Asked): Unit {
  const unit = seen('unit', world.units.get(code), (one) => sight.unit(one));
  if (!sight.publishes(unit)) throw new Fault('unit', 'FORBIDDEN');
  return unit;
}
function managedCampaign(field: string, code: string, { sight, world }: Asked): Campaign {
  const campaign = seen(field, world.campaigns.get(code), (one) => sight.campaign(one));
  if (campaign.launchedBy === null || !sight.publishes(campaign.launchedBy)) throw new Fault(field, 'FORBIDDEN');
  return campaign;
}

function assertVersion(expected: number | null | undefined, current: number, shown: object = {}): void {
  if ((expected ?? 0) !== current) throw new Fault('expectedVersion', 'CONFLICT', shown);
}

/** As text is kept. */
function words(field: string, text: string | null, longest: number): string | null {
  if (text === null) return null;
  const composed = text.normalize('NFC');
  if (composed.length > longest || composed.includes('\0') || isEmpty(composed)) throw new Fault(field, 'INVALID');
  return composed;
}

type Period = Pick<Phase, 'startsOn' | 'startsOnPrecision' | 'endsOn' | 'endsOnPrecision'>;
const UNDATED: Period = { startsOn: null, startsOnPrecision: 'DAY', endsOn: null, endsOnPrecision: 'DAY' };
function periodAfter({ startsOn, startsOnPrecision, endsOn, endsOnPrecision }: Period, input: Input, at = ''): Period {
  const next: Period = { startsOn, startsOnPrecision, endsOn, endsOnPrecision };
  for (const field of ['startsOn', 'endsOn'] as const) {
    const precision = `${field}Precision` as const;
    if (input[field] !== undefined) {
      next[field] = day(input[field]) ?? null;
      if (next[field] !== null && next[field] < '1000') throw new Fault(at + field, 'INVALID');
    }
    if (input[field] !== undefined || input[precision] !== undefined) next[precision] = input[precision] ?? 'DAY';
    if (next[field] === null && next[precision] !== 'DAY') throw new Fault(at + field, 'INVALID');
  }
  return next;
}

type PhaseContent = Omit<Phase, 'campaign'>;
function phaseAfter(known: PhaseContent | undefined, input: Input, at = ''): PhaseContent {
  if (!isCode(input.code)) throw new Fault(`${at}code`, 'INVALID');
  const name = input.name === undefined ? (known?.name ?? null) : words(`${at}name`, input.name, 500);
  if (name === null) throw new Fault(`${at}name`, 'INVALID');
  const kind = input.kind === undefined ? (known?.kind ?? 'PHASE') : (input.kind ?? 'PHASE');
  const theme = input.theme === undefined ? (known?.theme ?? null) : words(`${at}theme`, input.theme, 2000);
  return { code: input.code, name, kind, theme, ...periodAfter(known ?? UNDATED, input, at) };
}

const first = (on: Day | null, precision: string): Day | null => on && (precision === 'YEAR' ? `${on.slice(0, 4)}-01-01` : precision === 'MONTH' ? `${on.slice(0, 8)}01` : on);
const last = (on: Day | null, precision: string): Day | null => on && (precision === 'YEAR' ? `${on.slice(0, 4)}-12-31` : precision === 'MONTH' ? `${on.slice(0, 8)}31` : on);

/** Fields of a phase that lie outside a campaign whatever their day is. */
function outside(phase: PhaseContent, campaign: Period): ('startsOn' | 'endsOn')[] {
  const [begins, ends] = [first(campaign.startsOn, campaign.startsOnPrecision), last(campaign.endsOn, campaign.endsOnPrecision)];
  return (['startsOn', 'endsOn'] as const).filter((field) => {
    const [date, precision] = [phase[field], phase[`${field}Precision`]];
    return date !== null && ((begins !== null && last(date, precision)! < begins) || (ends !== null && first(date, precision)! > ends));
  });
}

function assertRuns(campaign: Period, phases: readonly PhaseContent[], at: (index: number) => string): void {
  const ordered = ({ startsOn, endsOn }: Period) => startsOn === null || endsOn === null || startsOn <= endsOn;
  if (!ordered(campaign)) throw new Fault('endsOn', 'INVALID');
  phases.forEach((phase, i) => {
    if (!ordered(phase)) throw new Fault(`${at(i)}endsOn`, 'INVALID');
    const before = phases.slice(0, i);
    if (before.some(({ code }) => code === phase.code)) throw new Fault(`${at(i)}code`, 'INVALID');
    const [field] = outside(phase, campaign);
    if (field) throw new Fault(at(i) + field, 'INVALID');
    const overlaps = (other: PhaseContent): boolean => {
      if (other.kind !== phase.kind || phase.kind === 'PEAK') return false;
      // As texts, so that the 31st of a short month is a day too.
      const [aFrom, aTo, bFrom, bTo] = [last(other.startsOn, other.startsOnPrecision), first(other.endsOn, other.endsOnPrecision), last(phase.startsOn, phase.startsOnPrecision), first(phase.endsOn, phase.endsOnPrecision)];
      return aFrom !== null && aTo !== null && bFrom !== null && bTo !== null && aFrom <= bTo && bFrom <= aTo;
    };
    if (before.some(overlaps)) throw new Fault(`${at(i)}startsOn`, 'INVALID');
  });
}

const TEXTS = [['nameEn', 500], ['theme', 2000], ['objective', 10_000], ['content', 10_000], ['measures', 10_000], ['audience', 2000], ['source', 500], ['note', 2000]] as const;
type Content = Period & Pick<Campaign, 'name' | 'kind' | 'cadence' | 'launchingBody' | 'sectors' | 'occasions' | 'aliases' | 'publishesRanks' | (typeof TEXTS)[number][0]> & { phases: PhaseContent[]; indicators: Indicator[] };
const BLANK = { ...UNDATED, cadence: null, launchingBody: null, sectors: [], occasions: [], aliases: [], nameEn: null, theme: null, objective: null, content: null, measures: null, audience: null, publishesRanks: false, source: null, note: null, phases: [], indicators: [] };

function atMost(most: number, field: string, list: unknown[] | null): void {
  if ((list?.length ?? 0) > most) throw new Fault(field, 'INVALID');
}

function contentAfter(known: Omit<Content, 'name' | 'kind'> & { name?: string; kind?: string }, input: Input): Content {
  const name = input.name === undefined ? (known.name ?? null) : words('name', input.name, 500);
  if (name === null) throw new Fault('name', 'INVALID');
  const kind = input.kind === undefined ? known.kind : input.kind;
  if (kind == null) throw new Fault('kind', 'INVALID');
  const next: Content = { ...known, name, kind };
  if (input.cadence !== undefined) next.cadence = input.cadence;
  if (input.launchingBody !== undefined) next.launchingBody = input.launchingBody;
  if (input.sectors !== undefined) next.sectors = [...new Set<string>(input.sectors ?? [])].sort();
  if (input.occasions !== undefined) {
    atMost(20, 'occasions', input.occasions);
    next.occasions = ((input.occasions ?? []) as string[]).map((occasion, i) => words(`occasions.${i}`, occasion, 500)!);
  }
  for (const [field, longest] of TEXTS) if (input[field] !== undefined) next[field] = words(field, input[field], longest);
  if (input.publishesRanks !== undefined) next.publishesRanks = input.publishesRanks ?? false;
  if (input.aliases !== undefined) {
    atMost(100, 'aliases', input.aliases);
    next.aliases = ((input.aliases ?? []) as string[]).map((alias, i) => words(`aliases.${i}`, alias, 500)!);
  }
  Object.assign(next, periodAfter(known, input));
  if (input.phases !== undefined) {
    atMost(200, 'phases', input.phases);
    next.phases = ((input.phases ?? []) as Input[]).map((phase, i) => phaseAfter(undefined, phase, `phases.${i}.`));
  }
  if (input.indicators !== undefined) atMost(100, 'indicators', input.indicators);
  return next;
}

interface Ties {
  precededBy?: Campaign | null;
  linked?: Campaign[];
  indicators: Indicator[];
}
function tiesOf(input: Input, content: Content, { sight, world }: Asked): Ties {
  const ties: Ties = { indicators: content.indicators };
  const campaign = (field: string, code: string): Campaign => {
    const found = seen(field, world.campaigns.get(code), (one) => sight.campaign(one));
    return found;
  };
  if (input.precededBy !== undefined) ties.precededBy = input.precededBy === null ? null : campaign('precededBy', input.precededBy);
  if (input.precededBy === input.code) throw new Fault('precededBy', 'INVALID');
  if (input.linkedCampaigns !== undefined) {
    const codes = (input.linkedCampaigns ?? []) as string[];
    atMost(100, 'linkedCampaigns', codes);
    ties.linked = codes.map((code, i) => campaign(`linkedCampaigns.${i}`, code));
    if (codes.includes(input.code)) throw new Fault(`linkedCampaigns.${codes.indexOf(input.code)}`, 'INVALID');
  }
  if (input.indicators !== undefined)
    ties.indicators = ((input.indicators ?? []) as string[]).map((code, i) => seen(`indicators.${i}`, world.indicators.get(code), (one) => sight.indicator(one)));
  return ties;
}

const plainPhase = ({ code, name, kind, theme, startsOn, startsOnPrecision, endsOn, endsOnPrecision }: PhaseContent): PhaseContent => ({ code, name, kind, theme, startsOn, startsOnPrecision, endsOn, endsOnPrecision });
const byTime = (a: PhaseContent, b: PhaseContent) => (`${a.startsOn ?? '9999-12-31'} ${a.code}` < `${b.startsOn ?? '9999-12-31'} ${b.code}` ? -1 : 1);
const codesIn = (things: Iterable<{ code: string }>): string[] => [...new Set([...things].map(({ code }) => code))].sort();

/** As the audit log has it. */
function said(campaign: Campaign): Record<string, unknown> {
  const { code, status, launchedOn, closedOn, name, kind, cadence, launchingBody, sectors, occasions, aliases, publishesRanks, startsOn, startsOnPrecision, endsOn, endsOnPrecision } = campaign;
  return {
    code, status, launchedOn, closedOn, name, kind, cadence, launchingBody, sectors, occasions, aliases: [...aliases], publishesRanks, startsOn, startsOnPrecision, endsOn, endsOnPrecision,
    ...Object.fromEntries(TEXTS.map(([field]) => [field, campaign[field]])),
    phases: campaign.phases.map(plainPhase).sort(byTime), indicators: codesIn(campaign.indicators),
  };
}

/** In place, so that a phase of a figure stays what it is, and a repeated answer shows phases as they are. */
function write(campaign: Campaign, { phases, ...content }: Content, ties: Ties): void {
  Object.assign(campaign, content, { indicators: campaign.indicators });
  campaign.phases.splice(0, campaign.phases.length, ...phases.map((phase) => Object.assign(campaign.phases.find(({ code }) => code === phase.code) ?? { campaign }, plainPhase(phase)) as Phase));
  campaign.indicators.splice(0, campaign.indicators.length, ...new Set(ties.indicators));
  if (ties.precededBy !== undefined) campaign.precededBy = ties.precededBy;
}
function link(campaign: Campaign, linked: Campaign[], { sight }: Asked): void {
  for (const other of campaign.linked) {
    if (linked.includes(other) || !sight.campaign(other)) continue;
    campaign.linked.delete(other);
    other.linked.delete(campaign);
  }
  for (const other of linked) {
    campaign.linked.add(other);
    other.linked.add(campaign);
  }
}

function create(input: Input, unit: Unit, superior: Campaign | null, content: Content, ties: Ties, asked: Asked): Campaign {
  if (asked.world.campaigns.has(input.code)) throw new Fault('code', 'CONFLICT');
  const campaign: Campaign = {
    ...content, code: input.code, launchedBy: unit, externalLauncher: null, launchedOn: null, status: 'DRAFT', closedOn: null, version: 1, implements: superior, precededBy: null, linked: new Set(), phases: [], indicators: [],
  };
  write(campaign, content, ties);
  link(campaign, ties.linked ?? [], asked);
  asked.world.campaigns.set(campaign.code, campaign);
  return campaign;
}

const visible = (code: string, { sight, world }: Asked): Campaign | undefined => {
  const campaign = world.campaigns.get(code);
  return campaign && sight.campaign(campaign) ? campaign : undefined;
};

/** Whether something was ever stated of a phase. */
const isUsed = ({ figures, norms, publications }: World, phase: Phase): boolean => [...figures, ...norms, ...publications].some((one) => one.phase === phase);

function above(world: World, unit: Unit, on: Day): Unit[] {
  const parent = world.parentOn(unit, on);
  return parent ? [parent, ...above(world, parent, on)] : [];
}
const everAbove = (world: World, unit: Unit, launcher: Unit): boolean =>
  [...world.units.values()].flatMap(({ places }) => places.map(({ from }) => from)).some((on) => on >= unit.validFrom && above(world, unit, on).includes(launcher));

const read = (input: Input): void => {
  for (const one of [input, ...((input.phases ?? []) as Input[])]) for (const field of ['startsOn', 'endsOn', 'launchedOn', 'on']) day(one[field]);
};

const forPublishers = { read, may: (sight: Asked['sight']) => sight.isPublisher };

const saidOfAdoption = ({ campaign, adoptedOn, manner }: Adoption): object => ({ campaign: campaign.code, adoptedOn, manner });
const currentOf = ({ adoptions }: World, unit: Unit, campaign: Campaign): Adoption | undefined => adoptions.find((one) => !one.ended && one.unit === unit && one.campaign === campaign);

export const campaignMutations = [
  mutation('draftCampaign', {
    ...forPublishers,
    nothing: { campaign: null },
    prepare: (input, asked) => managed(input.unit, asked),
    act: (input, unit: Unit, asked) => {
      const known = visible(input.code, asked);
      const shown = known && { campaign: known };
      if (known && known.launchedBy !== unit) throw new Fault('code', 'CONFLICT', shown);
      assertVersion(input.expectedVersion, known?.version ?? 0, shown);
      if (known && known.status !== 'DRAFT') throw new Fault('code', 'CONFLICT', shown);
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
      const content = contentAfter(known ?? BLANK, input);
      assertRuns(content, content.phases, (i) => `phases.${i}.`);
      const ties = tiesOf(input, content, asked);
      if (!known) {
        const campaign = create(input, unit, null, content, ties, asked);
        note(asked, 'DRAFT_CAMPAIGN', unit, said(campaign));
        return { campaign };
      }
      const seenLinks = () => codesIn([...known.linked].filter((other) => asked.sight.campaign(other)));
      const whole = () => JSON.stringify([said(known), known.precededBy?.code, seenLinks()]);
      const gone = known.phases.filter(({ code }) => !content.phases.some((phase) => phase.code === code));
      if (gone.some((phase) => isUsed(asked.world, phase))) throw new Fault('phases', 'CONFLICT');
      const [before, former] = [whole(), said(known)];
      write(known, content, ties);
      if (ties.linked) link(known, ties.linked, asked);
      if (whole() !== before) {
        known.version += 1;
        note(asked, 'DRAFT_CAMPAIGN', unit, said(known), former);
      }
      return { campaign: known };
    },
  }),

  mutation('implementCampaign', {
    ...forPublishers,
    nothing: { campaign: null },
    prepare: (input, asked) => {
      const unit = managed(input.unit, asked);
      return { unit, superior: seen('implements', asked.world.campaigns.get(input.implements), (one) => asked.sight.campaign(one)) };
    },
    act: (input, { unit, superior }: { unit: Unit; superior: Campaign }, asked) => {
      const known = visible(input.code, asked);
      const shown = known && { campaign: known };
      if (known?.launchedBy === unit) assertVersion(input.expectedVersion, known.version, shown);
      if (known) throw new Fault('code', 'CONFLICT', shown);
      assertVersion(input.expectedVersion, 0);
      if (!isCode(input.code)) throw new Fault('code', 'INVALID');
      if (superior.status !== 'LAUNCHED') throw new Fault('implements', 'INVALID');
      if (superior.launchedBy && !everAbove(asked.world, unit, superior.launchedBy)) throw new Fault('implements', 'INVALID');
      const { kind, cadence, theme, objective, content: what, measures, audience, indicators, startsOn, startsOnPrecision, endsOn, endsOnPrecision } = superior;
      const content = contentAfter({ ...BLANK, kind, cadence, theme, objective, content: what, measures, audience, indicators: [...indicators], startsOn, startsOnPrecision, endsOn, endsOnPrecision }, input);
      if (input.phases === undefined) content.phases = superior.phases.map(plainPhase).filter((phase) => outside(phase, content).length === 0);
      assertRuns(content, content.phases, (i) => `phases.${i}.`);
      const ties = tiesOf(input, content, asked);
      const campaign = create(input, unit, superior, content, ties, asked);
      note(asked, 'IMPLEMENT_CAMPAIGN', unit, said(campaign));
      return { campaign };
    },
  }),

  mutation('launchCampaign', {
    ...forPublishers,
    nothing: { campaign: null, missing: [] },
    prepare: (input, asked) => ({ launchedOn: day(input.launchedOn) ?? asked.world.today, campaign: managedCampaign('code', input.code, asked) }),
    act: (input, { launchedOn, campaign }: { launchedOn: Day; campaign: Campaign }, asked) => {
      const { world } = asked;
      const unit = campaign.launchedBy!;
      const shown = { campaign };
      assertVersion(input.expectedVersion, campaign.version, shown);
      if (campaign.status !== 'DRAFT') throw new Fault('code', 'CONFLICT', shown);
      if (launchedOn > world.today || !world.isActive(unit, launchedOn)) throw new Fault('launchedOn', 'INVALID', shown);
      const missing = lacking(campaign, world);
      if (missing.length > 0) throw new Fault('code', 'INCOMPLETE', { ...shown, missing }, missing.length);
      const former = said(campaign);
      Object.assign(campaign, { status: 'LAUNCHED', launchedOn, version: campaign.version + 1 });
      note(asked, 'LAUNCH_CAMPAIGN', unit, said(campaign), former);
      return { campaign, missing: [] };
    },
  }),

  mutation('closeCampaign', {
    ...forPublishers,
    nothing: { campaign: null },
    prepare: (input, asked) => ({ on: day(input.on) ?? asked.world.today, campaign: managedCampaign('code', input.code, asked) }),
    act: (input, { on, campaign }: { on: Day; campaign: Campaign }, asked) => {
      const shown = { campaign };
      assertVersion(input.expectedVersion, campaign.version, shown);
      if (campaign.status !== 'LAUNCHED') throw new Fault('code', 'CONFLICT', shown);
      const begins = first(campaign.startsOn, campaign.startsOnPrecision);
      if (on > asked.world.today || (campaign.launchedOn !== null && on < campaign.launchedOn) || (begins !== null && on < begins)) throw new Fault('on', 'INVALID', shown);
      const former = said(campaign);
      Object.assign(campaign, { status: 'CLOSED', closedOn: on, version: campaign.version + 1 });
      note(asked, 'CLOSE_CAMPAIGN', campaign.launchedBy!, said(campaign), former);
      return { campaign };
    },
  }),

  mutation('publishRanks', {
    ...forPublishers,
    nothing: { campaign: null },
    prepare: (input, asked) => managedCampaign('campaign', input.campaign, asked),
    act: (input, campaign: Campaign, asked) => {
      assertVersion(input.expectedVersion, campaign.version, { campaign });
      if (campaign.publishesRanks === input.publishes) return { campaign };
      const former = said(campaign);
      Object.assign(campaign, { publishesRanks: input.publishes, version: campaign.version + 1 });
      note(asked, 'PUBLISH_RANKS', campaign.launchedBy!, said(campaign), former);
      return { campaign };
    },
  }),

  mutation('saveCampaignPhase', {
    ...forPublishers,
    nothing: { campaign: null, phase: null },
    prepare: (input, asked) => managedCampaign('campaign', input.campaign, asked),
    act: (input, campaign: Campaign, asked) => {
      assertVersion(input.expectedVersion, campaign.version, { campaign });
      if (campaign.status === 'CLOSED') throw new Fault('campaign', 'CONFLICT', { campaign });
      const known = campaign.phases.find(({ code }) => code === input.code);
      const next = phaseAfter(known, input);
      assertRuns(campaign, [...campaign.phases.filter((one) => one !== known), next], () => '');
      const former = known && plainPhase(known);
      const phase = Object.assign(known ?? { campaign }, next) as Phase;
      if (!known) campaign.phases.push(phase);
      if (JSON.stringify(former) !== JSON.stringify(plainPhase(next))) {
        campaign.version += 1;
        note(asked, 'SAVE_CAMPAIGN_PHASE', campaign.launchedBy!, { campaign: campaign.code, ...plainPhase(next) }, former ? { campaign: campaign.code, ...former } : null);
      }
      return { campaign, phase };
    },
  }),

  mutation('adoptCampaign', {
    ...forPublishers,
    nothing: { adoption: null },
    prepare: (input, asked) => {
      const on = day(input.on);
      const unit = managed(input.unit, asked);
      return { on, unit, campaign: seen('campaign', asked.world.campaigns.get(input.campaign), (one) => asked.sight.campaign(one)) };
    },
    act: (input, { on, unit, campaign }: { on: Day | undefined; unit: Unit; campaign: Campaign }, asked) => {
      const { world } = asked;
      const current = currentOf(world, unit, campaign);
      assertVersion(input.expectedVersion, current?.version ?? 0, current && { adoption: current });
      const adoptedOn = on ?? current?.adoptedOn ?? world.today;
      if (campaign.status !== 'LAUNCHED') throw new Fault('campaign', 'CONFLICT');
      if (adoptedOn > world.today || (campaign.launchedOn !== null && adoptedOn < campaign.launchedOn) || !world.isActive(unit, adoptedOn)) throw new Fault('on', 'INVALID');
      if (campaign.launchedBy && !above(world, unit, adoptedOn).includes(campaign.launchedBy)) throw new Fault('campaign', 'INVALID');
      if (current && current.adoptedOn === adoptedOn && current.manner === input.as) return { adoption: current };
      const former = current ? saidOfAdoption(current) : null;
      const before = world.adoptions.filter((one) => one.unit === unit && one.campaign === campaign);
      const adoption = current ?? { unit, campaign, adoptedOn, manner: input.as, version: Math.max(0, ...before.map(({ version }) => version)), ended: false };
      Object.assign(adoption, { adoptedOn, manner: input.as, version: adoption.version + 1 });
      if (!current) world.adoptions.push(adoption);
      note(asked, 'ADOPT_CAMPAIGN', unit, saidOfAdoption(adoption), former);
      return { adoption };
    },
  }),

  mutation('leaveCampaign', {
    ...forPublishers,
    nothing: { adoption: null },
    prepare: (input, asked) => {
      const unit = managed(input.unit, asked);
      return { unit, campaign: seen('campaign', asked.world.campaigns.get(input.campaign), (one) => asked.sight.campaign(one)) };
    },
    act: (input, { unit, campaign }: { unit: Unit; campaign: Campaign }, asked) => {
      const current = currentOf(asked.world, unit, campaign);
      if (!current) throw new Fault('campaign', 'NOT_FOUND');
      assertVersion(input.expectedVersion, current.version, { adoption: current });
      note(asked, 'LEAVE_CAMPAIGN', unit, null, saidOfAdoption(current));
      Object.assign(current, { ended: true, version: current.version + 1 });
      return { adoption: current };
    },
  }),
];
