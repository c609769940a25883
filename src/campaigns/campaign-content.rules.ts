/** What is said of a campaign, and what becomes of it by what a caller says. */
import { UserFault } from '../access/command.js';
import { assertCode, atMost, datedAfter, wordsOf } from '../access/input.rules.js';
import { parseOptionalDay, type Day } from '../shared/dates.js';
import type { CampaignContentInput, CampaignPhaseInput, SaveCampaignPhaseInput } from './campaign-change.type.js';
import { runningFaults } from './campaign.rules.js';
import type { Sector } from '../org-units/org-unit.type.js';
import type { Cadence, CampaignKind, DatePrecision, PhaseKind, UnionBody } from './campaign.type.js';

type Precision = keyof typeof DatePrecision;

export interface Period {
  startsOn: Day | null;
  startsOnPrecision: Precision;
  endsOn: Day | null;
  endsOnPrecision: Precision;
}

export interface PhaseContent extends Period {
  code: string;
  name: string;
  kind: keyof typeof PhaseKind;
  theme: string | null;
}

/** All but what ties it to other campaigns, with its phases and the codes of its indicators in order. */
export interface CampaignContent extends Period {
  name: string;
  nameEn: string | null;
  aliases: string[];
  kind: CampaignKind;
  cadence: keyof typeof Cadence | null;
  launchingBody: UnionBody | null;
  sectors: (keyof typeof Sector)[];
  occasions: string[];
  theme: string | null;
  objective: string | null;
  content: string | null;
  measures: string | null;
  audience: string | null;
  publishesRanks: boolean;
  source: string | null;
  note: string | null;
  phases: PhaseContent[];
  indicators: string[];
}

const UNDATED: Period = { startsOn: null, startsOnPrecision: 'DAY', endsOn: null, endsOnPrecision: 'DAY' };
/** Of which nothing was said yet. */
export const BLANK: Partial<CampaignContent> & Omit<CampaignContent, 'name' | 'kind'> = {
  ...UNDATED, nameEn: null, aliases: [], cadence: null, launchingBody: null, sectors: [], occasions: [], theme: null, objective: null, content: null, measures: null, audience: null, publishesRanks: false, source: null, note: null, phases: [], indicators: [],
};

/** Days of what a caller said; a text that is no day is BAD_USER_INPUT, before anything is looked at. */
export function parsePeriods(input: CampaignContentInput): void {
  parsePeriod(input, 'input');
  input.phases?.forEach((phase, i) => parsePeriod(phase, `input.phases.${i}`));
}

export function parsePeriod({ startsOn, endsOn }: { readonly startsOn?: unknown; readonly endsOn?: unknown }, at: string): void {
  parseOptionalDay(startsOn, `${at}.startsOn`);
  parseOptionalDay(endsOn, `${at}.endsOn`);
}

const LONGEST = { nameEn: 500, theme: 2000, objective: 10_000, content: 10_000, measures: 10_000, audience: 2000, source: 500, note: 2000 } as const;

/** What becomes of a campaign by what a caller says of it. What they leave out stays as it is. */
export function contentAfter(known: Partial<CampaignContent> & typeof BLANK, input: CampaignContentInput & { readonly name?: string | null }): CampaignContent {
  const name = nameAfter(known.name, input.name, 'name');
  const kind = input.kind === undefined ? known.kind : input.kind;
  if (kind == null) throw new UserFault('kind', 'INVALID', 'kind must say what the campaign is.');
  const next: CampaignContent = { ...known, name, kind };
  if (input.cadence !== undefined) next.cadence = input.cadence;
  if (input.launchingBody !== undefined) next.launchingBody = input.launchingBody;
  if (input.sectors !== undefined) next.sectors = [...new Set(input.sectors)].sort();
  if (input.occasions !== undefined) next.occasions = atMost(20, 'occasions', input.occasions).map((occasion, i) => wordsOf(`occasions.${i}`, occasion, 500)!);
  for (const field of Object.keys(LONGEST) as (keyof typeof LONGEST)[]) if (input[field] !== undefined) next[field] = wordsOf(field, input[field], LONGEST[field]);
  if (input.publishesRanks !== undefined) next.publishesRanks = input.publishesRanks ?? false;
  if (input.aliases !== undefined) {
    next.aliases = atMost(100, 'aliases', input.aliases).map((alias, i) => wordsOf(`aliases.${i}`, alias, 500)!);
  }
  Object.assign(next, periodAfter(known, input));
  if (input.phases !== undefined) {
    next.phases = atMost(200, 'phases', input.phases).map((phase, i) => phaseAfter(undefined, phase, `phases.${i}.`));
  }
  if (input.indicators !== undefined) next.indicators = codesOf('indicators', input.indicators);
  return next;
}

/** What becomes of a phase; `at` is where the caller speaks of it. */
export function phaseAfter(known: PhaseContent | undefined, input: CampaignPhaseInput | SaveCampaignPhaseInput, at = ''): PhaseContent {
  const { code } = input;
  assertCode(code, `${at}code`);
  return {
    code,
    name: nameAfter(known?.name, input.name, `${at}name`),
    kind: input.kind === undefined ? (known?.kind ?? 'PHASE') : (input.kind ?? 'PHASE'),
    theme: input.theme === undefined ? (known?.theme ?? null) : wordsOf(`${at}theme`, input.theme, 2000),
    ...periodAfter(known ?? UNDATED, input, at),
  };
}

/** In the order in which they are listed and exported. */
export function phasesInOrder(phases: readonly PhaseContent[]): PhaseContent[] {
  const order = ({ startsOn, code }: PhaseContent) => `${startsOn ?? '9999-12-31'} ${code}`;
  return [...phases].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** A fault where the dates cannot be; `at` is where the caller speaks of a phase. */
export function assertRuns(campaign: Period, phases: readonly PhaseContent[], at: (phase: number) => string): void {
  for (const { phase, field, message } of runningFaults(campaign, phases)) {
    const path = phase === undefined ? field : `${at(phase)}${field}`;
    throw new UserFault(path, 'INVALID', `${path} ${message}.`);
  }
}

/** Codes that name other things, in order. */
export function codesOf(field: 'indicators' | 'linkedCampaigns', codes: readonly string[] | null): string[] {
  return [...new Set(atMost(100, field, codes))].sort((a, b) => (a < b ? -1 : 1));
}

interface PeriodInput {
  readonly startsOn?: unknown;
  readonly startsOnPrecision?: Precision | null | undefined;
  readonly endsOn?: unknown;
  readonly endsOnPrecision?: Precision | null | undefined;
}
function periodAfter(known: Period, input: PeriodInput, at = ''): Period {
  const next: Period = { startsOn: known.startsOn, startsOnPrecision: known.startsOnPrecision, endsOn: known.endsOn, endsOnPrecision: known.endsOnPrecision };
  for (const field of ['startsOn', 'endsOn'] as const) {
    [next[field], next[`${field}Precision`]] = datedAfter([known[field], known[`${field}Precision`]], input[field], input[`${field}Precision`], `${at}${field}`);
  }
  return next;
}

function nameAfter(known: string | undefined, said: string | null | undefined, field: string): string {
  const name = said === undefined ? known : wordsOf(field, said, 500);
  if (name == null) throw new UserFault(field, 'INVALID', `${field} must say what it is called.`);
  return name;
}
