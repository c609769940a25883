/** Campaign papers and events, held in memory as the records say them, and who sees them. */
import { scaled } from '../../support/golden-replay.js';
import type { Sight } from './sight.js';
import type { Campaign, Day, Indicator, Phase, Qualifier, Unit, World } from './world.js';

interface Kept {
  version: number;
  source: string | null;
  note: string | null;
}
export interface Document extends Kept {
  code: string;
  /** Null: common to all. */
  unit: Unit | null;
  kind: string;
  title: string;
  number: string | null;
  issuer: string | null;
  issuedOn: Day | null;
  issuedOnPrecision: string;
  termFrom: Day | null;
  termFromPrecision: string;
  termTo: Day | null;
  termToPrecision: string;
  content: string | null;
  basisOf: Set<Campaign>;
  guides: Set<Campaign>;
}
export interface Theme extends Kept {
  unit: Unit;
  year: number;
  text: string | null;
}
export interface Aim extends Kept {
  unit: Unit;
  campaign: Campaign;
  code: string;
  phase: Phase | null;
  indicator: Indicator | null;
  direction: string | null;
  text: string;
}
export interface Partner extends Kept {
  code: string;
  unit: Unit;
  name: string;
  kind: string;
}
export interface EventCount {
  of: string;
  value: bigint | null;
  qualifier: Qualifier;
  noun: string | null;
  source: string | null;
}
export interface Event extends Kept {
  code: string;
  unit: Unit;
  kind: string;
  name: string;
  edition: string | null;
  startsOn: Day | null;
  startsOnPrecision: string;
  endsOn: Day | null;
  endsOnPrecision: string;
  campaign: Campaign | null;
  partners: Set<Partner>;
  outcomes: string | null;
  counts: EventCount[];
}

type Fields = Record<string, unknown>;
const orNull = <T>(value: unknown): T | null => (value as T | undefined) ?? null;
const kept = (record: Fields): Kept => ({ version: 1, source: orNull(record.source), note: orNull(record.note) });
const precision = (record: Fields, field: string): string => (record[`${field}Precision`] as string | undefined) ?? 'DAY';

export class Papers {
  readonly documents = new Map<string, Document>();
  readonly themes: Theme[] = [];
  readonly aims: Aim[] = [];
  readonly partners = new Map<string, Partner>();
  readonly events = new Map<string, Event>();

  constructor(
    private readonly world: Pick<World, 'unit' | 'campaigns' | 'indicators' | 'disclosable'>,
    of: (type: string) => Fields[],
  ) {
    const campaign = (code: unknown): Campaign => world.campaigns.get(code as string)!;
    const campaigns = (codes: unknown): Set<Campaign> => new Set(((codes as string[] | undefined) ?? []).map(campaign));
    for (const record of of('document'))
      this.documents.set(record.code as string, {
        code: record.code as string, unit: record.unit === undefined ? null : world.unit(record.unit), kind: record.kind as string, title: record.title as string, number: orNull(record.number), issuer: orNull(record.issuer),
        issuedOn: orNull(record.issuedOn), issuedOnPrecision: precision(record, 'issuedOn'), termFrom: orNull(record.termFrom), termFromPrecision: precision(record, 'termFrom'),
        termTo: orNull(record.termTo), termToPrecision: precision(record, 'termTo'), content: orNull(record.content), basisOf: campaigns(record.basisOf), guides: campaigns(record.guides), ...kept(record),
      });
    for (const record of of('annualTheme')) this.themes.push({ unit: world.unit(record.unit), year: record.year as number, text: orNull(record.text), ...kept(record) });
    for (const record of of('aim'))
      this.aims.push({
        unit: world.unit(record.unit), campaign: campaign(record.campaign), code: record.code as string, phase: campaign(record.campaign).phases.find(({ code }) => code === record.phase) ?? null,
        indicator: world.indicators.get(record.indicator as string) ?? null, direction: orNull(record.direction), text: record.text as string, ...kept(record),
      });
    for (const record of of('partner'))
      this.partners.set(record.code as string, { code: record.code as string, unit: world.unit(record.unit), name: record.name as string, kind: record.kind as string, ...kept(record) });
    for (const record of of('event'))
      this.add({
        code: record.code as string, unit: world.unit(record.unit), kind: record.kind as string, name: record.name as string, edition: orNull(record.edition),
        startsOn: orNull(record.startsOn), startsOnPrecision: precision(record, 'startsOn'), endsOn: orNull(record.endsOn), endsOnPrecision: precision(record, 'endsOn'),
        campaign: record.campaign === undefined ? null : campaign(record.campaign), partners: new Set(((record.partners as string[] | undefined) ?? []).map((code) => this.partners.get(code)!)),
        outcomes: orNull(record.outcomes), counts: ((record.counts as Fields[] | undefined) ?? []).map(countOf), ...kept(record),
      });
  }

  add(event: Event): void {
    this.events.set(event.code, event);
    this.world.disclosable.push({
      of: 'EVENT', code: event.code, unit: event.unit,
      get campaign() {
        return event.campaign;
      },
      ready: () => true, seen: (sight) => isSeen.event(sight, event),
    });
  }
}

export const countOf = ({ of, value, qualifier, noun, source }: Fields): EventCount => ({
  of: of as string, value: value == null ? null : scaled(value as number), qualifier: (qualifier as Qualifier | null | undefined) ?? 'EXACT', noun: orNull(noun), source: orNull(source),
});

const aboveOrIn = (sight: Sight, unit: Unit): boolean => sight.inScope(unit) || sight.above(unit);
export const isSeen = {
  document: (sight: Sight, { unit, basisOf, guides }: Document): boolean =>
    unit === null ? sight.hasScope : aboveOrIn(sight, unit) || (sight.hasScope && [...basisOf, ...guides].some((campaign) => campaign.launchedBy === unit && sight.campaign(campaign))),
  theme: (sight: Sight, { unit }: Theme): boolean => aboveOrIn(sight, unit),
  aim: (sight: Sight, { unit, campaign }: Aim): boolean => sight.campaign(campaign) && sight.unit(unit) && (sight.inScope(unit) || (sight.hasScope && campaign.launchedBy === unit)),
  partner: (sight: Sight, { unit }: Partner): boolean => sight.inScope(unit),
  event: (sight: Sight, { unit, code }: Event): boolean => sight.inScope(unit) || sight.disclosed('EVENT', code),
};
