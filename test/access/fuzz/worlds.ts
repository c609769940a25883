/**
 * Random worlds: a tree of all levels that moves, merges and closes, before today and after; campaigns launched on every
 * level and by bodies outside; figures with corrections and withdrawals, norms, counts, clusters; grants of every kind.
 * Records are valid by construction; those that correct or withdraw come in later batches.
 */
import { dayOf, isoOf, LEVELS } from '../../../src/ledger/replay.js';
import { scaled, type ExchangeRecord } from '../../support/golden-replay.js';
import { Standing } from '../oracle/numbers.js';
import { isOfOneKey, isOpen, ROLES, World, type Day, type Grant, type Measure, type Publication, type Qualifier, type Role, type Status, type Unit } from '../oracle/world.js';
import { Dice } from './dice.js';

export interface RandomWorld {
  world: World;
  /** The records as they are to be imported, one batch after the other. */
  batches: ExchangeRecord[][];
  /** Who asks; null: anonymous. Those that begin with `key:` are partners with an API key. */
  principals: (string | null)[];
}

const FOUNDED = '2015-01-01';
const KINDS: string[][] = [
  ['CONFEDERATION'],
  ['PROVINCIAL_FEDERATION', 'CENTRAL_SECTORAL_UNION', 'VGCL_CORPORATION_UNION'],
  ['DISTRICT_FEDERATION', 'LOCAL_SECTORAL_UNION', 'ZONE_UNION', 'COMMUNE_UNION'],
  ['GRASSROOTS_UNION', 'GRASSROOTS_SYNDICATE'],
  ['SECTIONAL_UNION'],
];
const SECTORS = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER', undefined, undefined];
const WORDS = ['Đống Đa', 'Tây Hồ', 'Phúc Thọ', 'Hoằng Hóa', 'Ân Thi', 'Yên Mỹ', 'Ứng Hòa', 'hoà bình', 'Điện Biên', 'Sơn La', 'Ý Yên', 'Ea Súp'];
const QUALIFIERS = ['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'];

export function addDays(day: Day, days: number): Day {
  return isoOf(dayOf(day) + days);
}

/** A unit as it grows, in order of day. */
interface Sprout {
  code: string;
  rank: number;
  validFrom: Day;
  closedOn: Day;
  places: { from: Day; parent: Sprout }[];
}
const OPEN = '9999-12-31';
const isActive = (unit: Sprout, day: Day) => unit.validFrom <= day && day < unit.closedOn;
const parentOf = (unit: Sprout) => unit.places.at(-1)?.parent;

export function randomWorld(seed: number, today: Day): RandomWorld {
  const dice = new Dice(seed);
  const sprouts: Sprout[] = [];
  const structure = grow(dice, sprouts, today);
  const indicators = dealIndicators(dice);
  const campaigns = dealCampaigns(dice, sprouts);
  publishRanks(new Dice(seed ^ 0x9b1), campaigns, new World(structure, today));
  const around = new World([...structure, ...indicators, ...campaigns], today);
  const beside = [...dealClusters(dice, around), ...dealCounts(dice, around), ...dealAdoptions(dice, around), ...dealRounds(new Dice(seed ^ 0xd0e), around)];
  const people = dealPeople(new Dice(seed ^ 0x9e0), around);
  beside.push(...people, ...dealAwards(new Dice(seed ^ 0xa3a), around, people));
  const [stated, corrections, withdrawals] = dealFigures(dice, around);
  const founded = structure.filter(({ type }) => type === 'orgUnit');
  const changes = structure.filter(({ type }) => type !== 'orgUnit');
  const recounted = beside.filter(({ type }) => type === 'memberCount' && dice.chance(0.2)).map((record) => ({ ...record, value: dice.below(900), note: 'Đếm lại', corrects: true }));
  const [sources, claims] = dealClaims(new Dice(seed ^ 0x50c), around);
  const ranks = dealRanks(new Dice(seed ^ 0x7a4), new World([...structure, ...indicators, ...campaigns, ...beside], today));
  const papers = dealPapers(new Dice(seed ^ 0x9a9e), around);
  const register = dealRegister(new Dice(seed ^ 0x4e6), around, beside, papers);
  const batches = [[...founded, ...indicators, ...sources], [...changes, ...claims, ...campaigns, ...papers, ...beside, ...register, ...ranks, ...stated, ...dealRankedResults(new Dice(seed ^ 0x4a7), around)], [...corrections, ...recounted], withdrawals].filter((batch) => batch.length > 0);
  const disclosures = dealDisclosures(new Dice(seed ^ 0xd15), new World(batches.flat(), today));
  if (disclosures.length > 0) batches.push(disclosures);
  const world = new World(batches.flat(), today);
  const principals = dealGrants(dice, world);
  dealOpenFigures(dice, world);
  dealPublications(dice, world);
  dealAudit(dice, world);
  return { world, batches, principals };
}

function grow(dice: Dice, units: Sprout[], today: Day): ExchangeRecord[] {
  const letters = 'NPDGS';
  const founded: ExchangeRecord[] = [];
  const changes: ExchangeRecord[] = [];
  const received = new Map<Day, Set<Sprout>>();
  const note = (): Record<string, string> => ({ ...(dice.chance(0.5) && { source: `F-${dice.below(9)}, Nguồn` }), ...(dice.chance(0.5) && { note: `Ghi chú ${dice.below(9)}` }) });
  const place = (unit: Sprout, parent: Sprout, from: Day) => {
    unit.places.push({ parent, from });
    received.set(from, (received.get(from) ?? new Set()).add(parent));
  };
  const found = (rank: number, number: number, validFrom: Day) => {
    const homes = units.filter((unit) => unit.rank < rank && isActive(unit, validFrom));
    const parent = rank === 0 ? undefined : dice.pick([...homes.filter((unit) => unit.rank === rank - 1), ...homes.filter((unit) => unit.rank === rank - 1), ...homes]);
    const unit: Sprout = { code: `${letters[rank]}${dice.pick(['', '-', '.'])}${number}`, rank, validFrom, closedOn: OPEN, places: [] };
    units.push(unit);
    if (parent) place(unit, parent, validFrom);
    founded.push({
      type: 'orgUnit',
      code: unit.code,
      name: `${dice.pick(['LĐLĐ', 'Công đoàn', 'CĐCS'])} ${dice.pick(WORDS)} ${dice.below(4)}`,
      ...(dice.chance(0.3) && { nameEn: `Union ${number}` }),
      ...(dice.chance(0.3) && { aliases: [`Bí danh ${dice.pick(WORDS)}`] }),
      level: LEVELS[rank],
      kind: dice.pick(KINDS[rank]!),
      sector: dice.pick(SECTORS),
      ownership: dice.pick(['STATE', 'NON_STATE', 'FDI', undefined]),
      parent: parent?.code ?? null,
      validFrom,
      ...note(),
    });
  };
  const arrival = () => dice.weighed([8, FOUNDED], [1, '2020-07-01'], [1, '2022-01-01'], [1, addDays(today, 1)]);
  const events: { on: Day; happen: () => void }[] = [];
  [1, 3, 6 + dice.below(3), 14 + dice.below(8), 4 + dice.below(4)].forEach((count, rank) => {
    for (let number = 1; number <= count; number++) {
      const on = rank === 0 ? FOUNDED : arrival();
      events.push({ on, happen: () => found(rank, number, on) });
    }
  });
  const days = ['2020-07-01', '2021-03-01', '2021-03-02', '2022-01-01', '2023-05-20', addDays(today, -1), today, addDays(today, 1), addDays(today, 40)];
  for (let i = 4 + dice.below(10); i > 0; i--) {
    const on = dice.pick(days);
    events.push({ on, happen: () => change(on) });
  }
  events.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  for (const { happen } of events) happen();
  return [...founded, ...changes];

  /** One placement a unit and day. */
  function isFree(unit: Sprout, on: Day): boolean {
    return unit.rank > 0 && isActive(unit, on) && unit.validFrom < on && unit.places.at(-1)!.from < on;
  }
  function childrenOf(unit: Sprout, on: Day): Sprout[] {
    return units.filter((child) => parentOf(child) === unit && isActive(child, on));
  }
  function change(on: Day): void {
    const unit = dice.maybe(units.filter((one) => isFree(one, on)));
    if (!unit) return;
    const homesOf = (one: Sprout) => units.filter((home) => home.rank < one.rank && isActive(home, on) && home !== parentOf(one));
    const move = (one: Sprout, parent: Sprout) => {
      place(one, parent, on);
      changes.push({ type: 'placement', unit: one.code, parent: parent.code, from: on, ...note() });
    };
    if (dice.chance(0.5)) {
      const home = dice.maybe(homesOf(unit));
      if (home) move(unit, home);
      return;
    }
    const children = childrenOf(unit, on);
    if (received.get(on)?.has(unit) || !children.every((child) => isFree(child, on))) return;
    const successor = dice.chance(0.7) ? dice.maybe(units.filter((one) => one !== unit && one.rank <= unit.rank && isActive(one, on))) : undefined;
    unit.closedOn = on;
    for (const child of children) {
      const homes = homesOf(child).filter((home) => home !== unit);
      move(child, successor && successor.rank < child.rank && dice.chance(0.6) ? successor : dice.pick(homes));
    }
    if (successor) place(unit, successor, on);
    changes.push({ type: 'closure', unit: unit.code, on, ...(successor && { successor: successor.code }) });
  }
}

function dealIndicators(dice: Dice): ExchangeRecord[] {
  const indicator = (code: string, aggregation: string, more: object = {}): ExchangeRecord => ({
    type: 'indicator',
    code,
    name: `Chỉ số ${code} ${dice.pick(WORDS)}`,
    unitOfMeasure: aggregation === 'RATIO' ? '%' : 'sáng kiến',
    aggregation,
    ...(dice.chance(0.5) && { nameEn: `Indicator ${code}` }),
    ...(dice.chance(0.5) && { countingStage: dice.pick(['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED']) }),
    ...(dice.chance(0.5) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
    ...more,
  });
  return [
    indicator('i.1', 'SUM'), indicator('i.2', 'SUM'), indicator('I3', 'SUM'),
    indicator('r.1', 'RATIO', { numerator: 'i.1', denominator: 'i.2' }), indicator('r.0', 'RATIO'), indicator('none', 'NONE'),
  ];
}

/** Of every level of launcher, and of bodies outside. */
function dealCampaigns(dice: Dice, units: readonly Sprout[]): ExchangeRecord[] {
  const rankOf = (rank: number) => units.filter((unit) => unit.rank === rank);
  const launchers: (Sprout | null)[] = [
    null, units[0]!, ...dice.some(rankOf(1), 2), ...dice.some(rankOf(2), 3), ...dice.some(rankOf(3), 3), ...dice.some(rankOf(4), 1), null,
  ];
  const isAbove = (one: Sprout, other: Sprout): boolean => other.places.some(({ parent }) => parent === one);
  const campaigns: { record: ExchangeRecord; launcher: Sprout | null }[] = [];
  launchers.forEach((launcher, i) => {
    const code = `${dice.pick(['k', 'K', 'c-'])}${i}`;
    const before = campaigns.map(({ record }) => record.code as string);
    const status = dice.weighed([6, undefined], [launcher ? 2 : 0, 'DRAFT'], [1, 'CLOSED']);
    const superior = campaigns.filter((other) => other.record.status !== 'DRAFT' && (other.launcher === null || (launcher && isAbove(other.launcher, launcher))));
    const precision = dice.pick(['DAY', 'MONTH', 'YEAR']);
    const phase = (phaseCode: string, more: object) => ({ code: phaseCode, name: `Giai đoạn ${phaseCode}`, ...(dice.chance(0.4) && { theme: 'Chủ đề' }), ...more });
    campaigns.push({
      launcher,
      record: {
        type: 'campaign',
        code,
        name: `${dice.pick(['Phong trào', 'Chương trình'])} ${dice.pick(WORDS)}`,
        campaignKind: dice.pick(['MOVEMENT', 'PROGRAMME', 'DRIVE', 'SPECIAL_DRIVE', 'ACTION_MONTH']),
        ...(launcher ? { launchedBy: launcher.code } : { externalLauncher: 'Thủ tướng Chính phủ' }),
        ...(dice.chance(0.8) && { startsOn: dice.pick(['2020-05-15', '2021-03-01', '2022-01-01']), startsOnPrecision: precision }),
        ...(dice.chance(0.6) && { endsOn: dice.pick(['2023-05-20', '2024-12-31', '2099-01-01']), endsOnPrecision: dice.pick(['DAY', 'MONTH', 'YEAR']) }),
        ...(dice.chance(0.4) && { cadence: dice.pick(['REGULAR', 'THEMATIC']), ...(status !== 'DRAFT' && { launchedOn: '2020-01-01' }), nameEn: `Campaign ${code}`, aliases: [`Tên ${code}`] }),
        ...paper(code, launcher !== null),
        ...(dice.chance(0.4) && { theme: 'Chủ đề', objective: 'Mục tiêu', content: 'Nội dung', measures: 'Biện pháp', audience: 'Đối tượng', source: dice.pick(['Nguồn', 'F-4;F-5']), note: 'Ghi chú' }),
        ...(status !== undefined && { status }),
        ...(status === 'CLOSED' && dice.chance(0.7) && { closedOn: '2024-06-30' }),
        ...(dice.chance(0.5) && { indicators: dice.some(['i.1', 'i.2', 'I3', 'r.1', 'none'], 3) }),
        ...(dice.chance(0.6) && superior.length > 0 && { implements: dice.pick(superior).record.code }),
        ...(dice.chance(0.5) && before.length > 0 && { linkedCampaigns: dice.some(before, 2) }),
        ...(dice.chance(0.3) && before.length > 0 && { precededBy: dice.pick(before) }),
        ...(dice.chance(0.6) && {
          phases: [phase('p1', {}), ...(dice.chance(0.5) ? [phase('p2', { kind: dice.pick(['ROUND', 'PEAK']), startsOn: '2022-06-01', endsOn: '2022-07-01' })] : [])],
        }),
      },
    });
  });
  return campaigns.map(({ record }) => record);
}

/** Of the launch of a campaign; it follows from its code, so that nothing else is different for it. */
function paper(code: string, isOfUnit: boolean): object {
  const dice = new Dice([...code].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  return {
    ...(isOfUnit && dice.chance(0.4) && { launchingBody: dice.pick(['PRESIDIUM', 'STANDING_COMMITTEE', 'EXECUTIVE_COMMITTEE']) }),
    ...(dice.chance(0.4) && { sectors: dice.some(['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER'], 2), occasions: ['Dịp lễ'] }),
  };
}

/** Documents, themes, aims, partners and events of random units, at least one of each. */
/** Works, models and initiatives; of these, histories of every kind, and technology secrets. */
function dealRegister(dice: Dice, { units, campaigns }: World, beside: ExchangeRecord[], papers: ExchangeRecord[]): ExchangeRecord[] {
  const [codes, all] = [[...units.keys()], [...campaigns.values()]];
  const [persons, documents] = [beside.filter(({ type }) => type === 'person'), papers.filter(({ type }) => type === 'document')].map((records) => records.map(({ code }) => code as string)) as [string[], string[]];
  const said = () => ({ ...(dice.chance(0.4) && { source: dice.pick(['Nguồn', 'F-2 F-3']) }), ...(dice.chance(0.3) && { note: 'Ghi chú' }) });
  const precision = () => dice.pick(['DAY', 'MONTH', 'YEAR']);
  const works = Array.from({ length: 24 }, (_, i) => {
    const status = dice.pick(['REGISTERED', 'IN_PROGRESS', 'COMPLETED', 'COMPLETED', 'PLAQUED', 'CANCELLED']);
    return {
      type: 'work', code: `w${i}`, unit: dice.pick(codes), kind: dice.pick(['WORK', 'PRODUCT', 'TASK']), name: `Công trình ${i}`, status, ...(dice.chance(0.6) && { campaign: dice.pick(all).code }),
      ...(dice.chance(0.7) && { congressTier: dice.pick(['GRASSROOTS', 'UPPER_GRASSROOTS', 'PROVINCIAL', 'NATIONAL']) }), ...(dice.chance(0.7) && { valueVnd: dice.pick([0, 5_000_000, 258_700_000_000]), valueQualifier: dice.pick(QUALIFIERS) }),
      ...(dice.chance(0.5) && { registeredOn: '2021-03-01', registeredOnPrecision: precision() }), ...(['COMPLETED', 'PLAQUED'].includes(status) && dice.chance(0.6) && { completedOn: '2022-05-01', completedOnPrecision: precision() }),
      ...(status === 'PLAQUED' && dice.chance(0.6) && { plaquedOn: '2023-05-19', plaquedOnPrecision: precision() }), ...said(),
    };
  });
  const models = Array.from({ length: 18 }, (_, i) => ({
    type: 'practiceModel', code: `m${i}`, unit: dice.pick(codes), name: `Mô hình ${dice.pick(WORDS)}`, ...(dice.chance(0.6) && { programme: dice.pick(all).code }), ...(dice.chance(0.5) && { sector: dice.pick(SECTORS) ?? 'OTHER' }),
    exemplary: dice.chance(0.3), status: dice.pick(['REGISTERED', 'RUNNING', 'ENDED']), ...(dice.chance(0.5) && { startedOn: '2021-09-05', startedOnPrecision: precision() }), ...(dice.chance(0.4) && { basisDocument: dice.pick(documents) }), ...said(),
  }));
  const NEXT: Record<string, string[]> = { REGISTERED: ['UPLOADED'], UPLOADED: ['UNDER_REVIEW'], UNDER_REVIEW: ['VALID', 'VALID', 'REJECTED'], VALID: ['RECOGNISED'], RECOGNISED: ['APPLIED'], REJECTED: ['UPLOADED'], APPLIED: [] };
  const initiatives = Array.from({ length: 40 }, (_, i) => {
    const campaign = dice.chance(0.8) ? dice.pick(all) : undefined;
    const phase = campaign && dice.maybe(campaign.phases);
    const stages: { stage: string; on: Day; reason?: string }[] = [{ stage: dice.pick(['REGISTERED', 'REGISTERED', 'REGISTERED', 'UNDER_REVIEW', 'VALID']), on: dice.pick(['2020-12-31', '2021-03-01', '2022-01-01']) }];
    while (stages.length < 8 && dice.chance(0.75)) {
      const last = stages.at(-1)!;
      const next = dice.maybe(NEXT[last.stage]!);
      if (next === undefined) break;
      stages.push({ stage: next, on: dice.pick([last.on, addDays(last.on, 30)]), ...(next === 'REJECTED' && { reason: 'Trùng' }) });
    }
    return {
      type: 'initiative', code: `s${i}`, unit: dice.pick(codes), title: `Sáng kiến ${dice.pick(WORDS)}`, ...(campaign && { campaign: campaign.code }), ...(phase && dice.chance(0.5) && { phase: phase.code }), stages,
      ...(dice.chance(0.7) && { kind: dice.pick(['TECHNICAL', 'MANAGEMENT', 'OPERATIONAL', 'TECHNOLOGY_APPLICATION', 'RESEARCH', 'EXPERIENCE', 'TECHNICAL_IMPROVEMENT', 'SCIENTIFIC_TOPIC', 'OTHER']) }),
      ...(dice.chance(0.6) && { authors: dice.some(persons, 1 + dice.below(3)) }), ...(dice.chance(0.5) && { summary: 'Tóm tắt', description: `Cách làm ${i}` }), secret: dice.chance(0.4), ...(dice.chance(0.5) && { benefitVnd: 80_000_000 + i, benefitQualifier: dice.pick(QUALIFIERS) }), ...said(),
    };
  });
  return [...works, ...models, ...initiatives];
}

function dealPapers(dice: Dice, world: World): ExchangeRecord[] {
  const units = [...world.units.keys()];
  const campaigns = [...world.campaigns.values()];
  const codes = () => dice.some(campaigns, 2).map(({ code }) => code);
  const said = () => ({ ...(dice.chance(0.4) && { source: dice.pick(['Nguồn', 'F-2 F-3']) }), ...(dice.chance(0.3) && { note: 'Ghi chú' }) });
  const from = () => ({ startsOn: dice.pick(['2021-03-01', '2022-01-01', world.today]), startsOnPrecision: dice.pick(['DAY', 'MONTH', 'YEAR']) });
  const documents = Array.from({ length: 12 }, (_, i) => ({
    type: 'document', code: `d${i}`, ...(i > 1 && { unit: dice.pick(units) }), kind: dice.pick(['RESOLUTION', 'PLAN', 'GUIDANCE', 'REGULATION', 'LAW', 'REPORT', 'OTHER']), title: `Văn bản ${i}`,
    ...(dice.chance(0.5) && { number: `${i}/KH`, issuer: 'Ban Chấp hành', issuedOn: '2021-05-05', issuedOnPrecision: dice.pick(['DAY', 'MONTH', 'YEAR']), content: 'Nội dung' }),
    ...(dice.chance(0.3) && { termFrom: '2020-01-01', termTo: '2025-01-01', termToPrecision: 'YEAR' }), basisOf: codes(), ...(dice.chance(0.5) && { guides: codes() }), ...said(),
  }));
  const themes = units.flatMap((unit) => [2022, 2023].filter(() => dice.chance(0.4)).map((year) => ({ type: 'annualTheme', unit, year, ...(dice.chance(0.7) && { text: `Chủ đề ${unit}` }), ...said() })));
  const aims = new Map<string, ExchangeRecord>();
  for (let i = 0; i < 25; i++) {
    const campaign = dice.pick(campaigns);
    const unit = dice.chance(0.4) && campaign.launchedBy ? campaign.launchedBy.code : dice.pick(units);
    const code = dice.pick(['a1', 'a2']);
    const phase = dice.maybe(campaign.phases);
    aims.set([unit, campaign.code, code].join(), {
      type: 'aim', unit, campaign: campaign.code, code, text: 'Tăng dần', ...(phase && dice.chance(0.5) && { phase: phase.code }), ...(dice.chance(0.4) && { indicator: dice.pick(['i.1', 'r.1']) }),
      ...(dice.chance(0.6) && { direction: dice.pick(['UP', 'DOWN', 'HOLD']) }), ...said(),
    });
  }
  const partners = Array.from({ length: 8 }, (_, i) => ({ type: 'partner', code: `b${i}`, unit: dice.pick(units), name: `Đối tác ${i}`, kind: dice.pick(['MANAGEMENT', 'GOVERNMENT', 'EMPLOYER', 'STATE_BODY', 'MASS_ORGANISATION', 'OTHER']), ...said() }));
  const count = () => ({ of: dice.pick(['PARTICIPANTS', 'PARTICIPANTS', 'CONTESTS', 'TALKS', 'GIFTS', 'OTHER']), ...(dice.chance(0.8) && { value: dice.below(3000), qualifier: dice.pick(QUALIFIERS) }), ...(dice.chance(0.5) && { noun: 'người', source: dice.pick(['A', 'F-1']) }) });
  const events = Array.from({ length: 16 }, (_, i) => ({
    type: 'event', code: `e${i}`, unit: dice.pick(units), kind: dice.pick(['CONTEST', 'FESTIVAL', 'TALK', 'CEREMONY', 'REVIEW', 'WELFARE', 'CONFERENCE', 'ACTIVITY', 'OTHER']), name: `Hội thi ${i}`,
    ...(dice.chance(0.4) && { edition: 'lần II', outcomes: 'Kết quả' }), ...(dice.chance(0.8) && from()), ...(dice.chance(0.4) && { endsOn: '2099-01-01', endsOnPrecision: 'YEAR' }),
    ...(dice.chance(0.6) && { campaign: dice.pick(campaigns).code }), partners: dice.some(partners, dice.below(3)).map(({ code }) => code), counts: Array.from({ length: dice.below(4) }, count), ...said(),
  }));
  return [...documents, ...themes, ...aims.values(), ...partners, ...events];
}

function dealClusters(dice: Dice, world: World): ExchangeRecord[] {
  const units = [...world.units.values()];
  const taken = new Set<string>();
  return [1, 2, 3, 4, 5].flatMap((number): ExchangeRecord[] => {
    const owner = dice.pick(units.filter((unit) => units.some(({ places }) => places.some(({ parent }) => parent === unit))));
    const [kind, year] = [dice.pick(['CLUSTER', 'BLOC']), dice.pick([2022, 2023])];
    const keyOf = ({ code }: Unit): string => `${owner.code} ${kind} ${year} ${code}`;
    const members = dice.some(units.filter((unit) => unit.places.some(({ parent }) => parent === owner) && !taken.has(keyOf(unit))), 4);
    if (members.length === 0) return [];
    for (const member of members) taken.add(keyOf(member));
    return [{
      type: 'cluster', code: `Q${number}`, owner: owner.code, name: `Cụm ${number}`, kind, year,
      members: members.map(({ code }) => code), ...(dice.chance(0.7) && { leadUnit: dice.pick(members).code }), ...(dice.chance(0.5) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
    }];
  });
}

/** People of some units, some of whom lead others; what sources say of one position overlaps, and dates are vague. */
function dealPeople(dice: Dice, { units, today }: World): ExchangeRecord[] {
  const codes = [...units.keys()];
  const persons = Array.from({ length: 8 }, (_, i) => ({
    type: 'person', code: `h${i + 1}`, unit: dice.pick(codes), name: `${dice.pick(['Nguyễn', 'Lê', 'Trần'])} ${dice.pick(WORDS)}`, ...(dice.chance(0.3) && { nameAsPrinted: 'N.V.A.' }),
    ...(dice.chance(0.4) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
  }));
  const led = dice.some(codes, 7);
  const precision = () => dice.pick(['DAY', 'DAY', 'MONTH', 'YEAR']);
  const positions = new Map<string, ExchangeRecord>();
  for (let i = 0; i < 30; i++) {
    const [person, unit, role] = [dice.pick(persons).code, dice.pick(led), dice.weighed([5, 'CHAIR'], [1, 'STANDING_VICE_CHAIR'], [2, 'VICE_CHAIR'], [1, 'COMMITTEE_MEMBER'], [1, 'OTHER'])];
    const day = dice.pick(['2019-05-20', '2020-07-01', '2021-03-01', '2021-03-15', '2022-01-01', '2022-12-31', '2023-05-20', addDays(today, -2), today]);
    const known = dice.chance(0.5);
    positions.set(`${person} ${unit} ${role} ${day}`, {
      type: 'position', person, unit, role, ...((role === 'OTHER' || dice.chance(0.2)) && { title: dice.pick(['Trưởng ban', 'Thủ quỹ']) }),
      ...(known ? { from: day, fromPrecision: precision() } : { statedOn: day, statedOnPrecision: precision() }), ...(known && dice.chance(0.3) && { statedOn: '2022-06-01', statedOnPrecision: precision() }),
      ...(dice.chance(0.4) && { to: dice.pick([day, addDays(day, 1), addDays(day, 300), '2099-01-01']), toPrecision: precision() }), ...(dice.chance(0.3) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
    });
  }
  const contacts = dice.some(codes, 12).map((unit) => ({
    type: 'contact', unit, ...(dice.chance(0.6) && { address: 'Số 37, Đại lộ Lê Lợi', phones: ['02373.852.369', '024 3852'] }), ...(dice.chance(0.5) && { fax: '0237', email: 'congdoan@example.vn', website: 'congdoan.vn' }),
    ...(dice.chance(0.5) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
  }));
  return [...persons, ...positions.values(), ...contacts];
}

/** A day on which the unit is active, at times the first or the last such day; undefined where there is none by today. */
function activeDay(dice: Dice, { today }: World, { validFrom, closedOn }: Unit): Day | undefined {
  if (validFrom > today) return undefined;
  const last = closedOn !== null && closedOn <= today ? addDays(closedOn, -1) : today;
  const day = dice.pick(['2019-12-31', '2020-07-01', '2021-02-28', '2021-03-01', '2021-06-30', '2022-01-01', '2022-12-31', '2023-05-19', '2023-05-20', addDays(today, -2), today]);
  return day < validFrom ? validFrom : day > last ? last : day;
}

function dealCounts(dice: Dice, world: World): ExchangeRecord[] {
  const counts = new Map<string, ExchangeRecord>();
  for (let i = 0; i < 40; i++) {
    const unit = dice.pick([...world.units.values()]);
    const asOf = activeDay(dice, world, unit);
    if (!asOf) continue;
    const of = dice.pick(['MEMBERS', 'WORKERS', 'UNIONS']);
    counts.set(`${unit.code}|${of}|${asOf}`, {
      type: 'memberCount', unit: unit.code, of, asOf, value: dice.below(900), qualifier: dice.pick(QUALIFIERS), ...(dice.chance(0.3) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
    });
  }
  return [...counts.values()];
}

/** Units that take part in campaigns of units above them, or of bodies outside. */
function dealAdoptions(dice: Dice, world: World): ExchangeRecord[] {
  const adoptions = new Map<string, ExchangeRecord>();
  const campaigns = [...world.campaigns.values()].filter(({ status }) => status !== 'DRAFT');
  for (let i = 0; i < 60; i++) {
    const campaign = dice.pick(campaigns);
    const unit = dice.pick([...world.units.values()]);
    const adoptedOn = activeDay(dice, world, unit);
    if (!adoptedOn || (campaign.launchedBy && !ancestorsOn(world, unit, adoptedOn).includes(campaign.launchedBy))) continue;
    adoptions.set(`${unit.code}|${campaign.code}`, { type: 'adoption', unit: unit.code, campaign: campaign.code, adoptedOn, manner: dice.pick(['LAUNCH', 'REGISTER']), ...(dice.chance(0.3) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }) });
  }
  return [...adoptions.values()];
}

/** Of most campaigns that are no drafts, over periods in which figures are stated. */
function dealRounds(dice: Dice, { campaigns, today }: World): ExchangeRecord[] {
  return [...campaigns.values()].filter(({ status }) => status !== 'DRAFT').flatMap((campaign) =>
    dice.some(['r1', 'r2', 'r3'], 3).map((code): ExchangeRecord => {
      const phase = dice.chance(0.4) ? dice.maybe(campaign.phases) : undefined;
      const from = dice.pick(['2019-01-01', '2021-01-01', '2022-01-01', addDays(today, -30), addDays(today, 1)]);
      const levels = LEVELS.filter(() => dice.chance(0.6));
      return {
        type: 'reportingRound', campaign: campaign.code, code, name: `Kỳ ${code}`, kind: phase && dice.chance(0.5) ? 'PHASE' : dice.pick(['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR', 'SCHOOL_YEAR', 'CUSTOM']),
        ...(phase && { phase: phase.code }), from, to: dice.pick([from, addDays(from, 200), addDays(today, 100)].filter((to) => to >= from)),
        due: (levels.length > 0 ? levels : ['GRASSROOTS']).map((level) => ({ level, on: dice.pick([from, addDays(today, -1), today, addDays(today, 1)].filter((on) => on >= from)) })),
        indicators: dice.some(['i.1', 'i.2', 'I3', 'none'], 2), ...(dice.chance(0.1) && { ended: true }),
      };
    }),
  );
}

/** Awards of every status, by units in and out of the line and by bodies outside; some hold others, or may. */
function dealAwards(dice: Dice, world: World, people: ExchangeRecord[]): ExchangeRecord[] {
  const { units, campaigns, today } = world;
  const codes = [...units.keys()];
  const homes = new Map(people.filter(({ type }) => type === 'person').map(({ code, unit }) => [code as string, unit as string]));
  const days = ['2021-03-01', '2022-01-01', '2022-06-30', '2023-05-20', today];
  const held: string[] = [];
  return Array.from({ length: 22 }, (_, i) => {
    const code = `a${i + 1}`;
    const status = dice.weighed([3, 'NOMINATED'], [2, 'REVIEWED'], [5, 'DECIDED'], [3, 'PRESENTED'], [0.7, 'DECLINED'], [0.7, 'REVOKED']);
    const unit = dice.pick(codes);
    const campaign = dice.chance(0.5) ? dice.pick([...campaigns.values()]) : undefined;
    const phase = campaign && dice.chance(0.4) ? dice.maybe(campaign.phases) : undefined;
    const form = dice.pick(['EMULATION_FLAG', 'CERTIFICATE_OF_MERIT', 'CERTIFICATE_OF_MERIT', 'LETTER_OF_COMMENDATION', 'CREATIVE_LABOUR_CERTIFICATE', 'NGUYEN_DUC_CANH_AWARD', 'NGUYEN_VAN_LINH_AWARD', 'TITLE', 'PRIZE', 'COMMENDATION', 'OTHER']);
    const issuers = dice.some(codes, 1 + dice.below(2)).map((giver) => ({ unit: giver, ...(dice.chance(0.3) && { body: dice.pick(['PRESIDIUM', 'STANDING_COMMITTEE', 'EXECUTIVE_COMMITTEE']) }) }));
    // Whoever ever stood beneath; people from elsewhere, with the unit where they work.
    const beneath = codes.filter((one) => world.everBeneath(units.get(one)!, units.get(unit)!));
    const here = [...homes].flatMap(([person, home]) => (beneath.includes(home) || dice.chance(0.1) ? [{ person, isGuest: !beneath.includes(home) }] : []));
    const recipients = [
      ...dice.some(here, dice.below(3)).map(({ person, isGuest }) => ({
        kind: 'INDIVIDUAL', person, ...(dice.chance(0.5) && { directWorker: dice.chance(0.5) }), ...((isGuest || dice.chance(0.2)) && { unit: dice.pick(beneath) }), ...(dice.chance(0.3) && { name: `Đ/c ${i}` }),
      })),
      ...dice.some(beneath, dice.below(3)).map((one) => ({ kind: 'COLLECTIVE', unit: one })),
      ...(dice.chance(0.2) ? [{ kind: dice.pick(['HOUSEHOLD', 'WORK', 'INITIATIVE', 'MEMBERS_CHILD']), name: `Tên ${i}`, ...(dice.chance(0.5) && { unit: dice.pick(beneath) }) }] : []),
    ];
    const named = (kind: string) => recipients.filter((one) => one.kind === kind).length;
    const countByKind = ['INDIVIDUAL', 'COLLECTIVE', 'WORK'].filter(() => dice.chance(0.3)).map((kind) => ({ kind, count: named(kind) + 1 + dice.below(4) }));
    const told = ['INDIVIDUAL', 'COLLECTIVE', 'HOUSEHOLD', 'WORK', 'INITIATIVE', 'MEMBERS_CHILD'].reduce((sum, kind) => sum + Math.max(named(kind), countByKind.find((one) => one.kind === kind)?.count ?? 0), 0);
    const all = countByKind.reduce((sum, { count }) => sum + count, 0);
    // The kinds may be all there is, or not.
    const count = dice.chance(0.6) ? Math.max(1, told) + dice.below(6) : countByKind.length > 0 && all < told ? told : undefined;
    const isDecided = ['DECIDED', 'PRESENTED', 'REVOKED'].includes(status);
    const decidedOn = isDecided && dice.chance(0.6) ? dice.pick(days) : undefined;
    const presentedOn = ['PRESENTED', 'REVOKED'].includes(status) && dice.chance(0.6) ? dice.pick(days.filter((on) => on >= (decidedOn ?? ''))) : undefined;
    const from = dice.chance(0.4) ? dice.pick(days) : undefined;
    const whole = dice.chance(0.35) ? dice.maybe(held) : undefined;
    held.push(code);
    const precision = () => dice.pick(['DAY', 'DAY', 'MONTH', 'YEAR']);
    return {
      type: 'award', code, unit, form, ...((form === 'TITLE' || dice.chance(0.2)) && { title: 'Công nhân giỏi', titleLevel: dice.pick(LEVELS) }), ...(form === 'OTHER' && { formVi: 'Kỷ niệm chương' }),
      ...(dice.chance(0.7) && { basis: dice.pick(['COMPREHENSIVE', 'THEMATIC', 'AD_HOC', 'PHASE_REVIEW']) }), ...(dice.chance(0.3) && { achievement: 'Thành tích' }),
      issuers: dice.weighed([5, issuers], [1, [...issuers, { name: 'UBND tỉnh' }]], [1, [{ name: 'UBND tỉnh' }]]),
      ...(campaign && { campaign: campaign.code, ...(phase && { phase: phase.code }) }),
      ...(from && { periodKind: dice.pick(['HALF_YEAR', 'SCHOOL_YEAR', 'PHASE']), periodFrom: from, periodTo: dice.pick(days.filter((on) => on >= from)) }),
      ...(count !== undefined && { count }), ...((count !== undefined || countByKind.length > 0) && dice.chance(0.3) && { qualifier: dice.pick(QUALIFIERS) }), ...(countByKind.length > 0 && { countByKind }),
      ...(dice.chance(0.2) && { batchSize: 90 }), ...(isDecided && dice.chance(0.5) && { decisionNo: `${i}/QĐ` }), ...(decidedOn && { decidedOn, decidedOnPrecision: decidedOn === today || presentedOn ? 'DAY' : precision() }),
      ...(presentedOn && { presentedOn, presentedOnPrecision: precision(), presentedBy: 'Bà Xương' }), ...(status !== 'DECIDED' && { status }), ...(['DECLINED', 'REVOKED'].includes(status) && { statusReason: 'Sai' }),
      ...(whole && { [dice.pick(['includedIn', 'maybeIncludedIn'])]: whole }), ...(recipients.length > 0 && { recipients }), ...(dice.chance(0.4) && { source: dice.pick(['Nguồn', 'F-2 F-3']), note: 'Ghi chú' }),
    };
  });
}

/** Codes that rows name in their `source`. */
const CLAIMED = ['Nguồn', 'F-1', 'F-2', 'F-3', 'F-4', 'F-5', 'F-6'];
function dealClaims(dice: Dice, { units, campaigns, indicators, today }: World): [ExchangeRecord[], ExchangeRecord[]] {
  const sources = ['S1', 'S2'].map((code) => ({
    type: 'source', code, kind: dice.pick(['ARTICLE', 'REPORT', 'DOCUMENT', 'WEBSITE', 'OTHER']), title: `Bài ${code}`,
    ...(dice.chance(0.5) && { publisher: 'Báo', author: 'Tác giả', url: 'https://example.org/a', publishedOn: '2022-06-01', publishedOnPrecision: dice.pick(['DAY', 'MONTH', 'YEAR']), note: 'Ghi chú' }),
  }));
  const claims = CLAIMED.map((code, i) => ({
    type: 'claim', code: code.replace('Nguồn', 'Nguon'), source: dice.pick(['S1', 'S2']), unit: dice.pick([...units.keys()]), statement: `Nói rằng ${code}`,
    ...(dice.chance(0.5) && { campaign: dice.pick([...campaigns.keys()]), indicator: dice.pick([...indicators.keys()]) }),
    ...(dice.chance(0.6) && { value: dice.below(900), qualifier: dice.pick(QUALIFIERS), unitOfMeasure: 'người', derived: dice.chance(0.3) }),
    ...(dice.chance(0.5) && { asOf: dice.pick(['2022-01-01', today]), asOfPrecision: dice.pick(['DAY', 'MONTH', 'YEAR']), quote: 'Lời', locator: 'Chú thích ảnh', note: 'Ghi chú' }),
    ...(i > 1 && dice.chance(0.5) && { disagreesWith: [`F-${i - 1}`] }),
  }));
  return [sources, claims];
}

/** Of a campaign of the root's, of one from below, and of most others the ranks are published; of one of a body outside they are not. */
function publishRanks(dice: Dice, campaigns: readonly ExchangeRecord[], { units }: World): void {
  const launched = campaigns.filter(({ status }) => status !== 'DRAFT');
  const levelOf = ({ launchedBy }: ExchangeRecord): string | undefined => (launchedBy ? units.get(launchedBy as string)!.level : undefined);
  const [outside, top, below] = ['undefined', 'NATIONAL', 'PROVINCIAL'].map((level) => launched.find((record) => String(levelOf(record)) === level));
  for (const record of campaigns) if (record !== outside && (record === top || record === below || dice.chance(0.6))) Object.assign(record, { publishesRanks: true });
}

/** Results of most units in a campaign of each kind, many of them alike: without, few groups would have three places. */
function dealRankedResults(dice: Dice, world: World): ExchangeRecord[] {
  const campaigns = [...world.campaigns.values()].filter(({ status }) => status !== 'DRAFT');
  const kinds = [campaigns.find((one) => one.publishesRanks && one.launchedBy?.level === 'NATIONAL'), campaigns.find((one) => one.publishesRanks && one.launchedBy?.level === 'PROVINCIAL'), campaigns.find((one) => !one.publishesRanks)];
  return kinds.flatMap((campaign) =>
    [...world.units.values()]
      .filter((unit) => world.isActive(unit, '2022-11-30') && dice.chance(0.7))
      .flatMap((unit) => (campaign ? [{ type: 'result', unit: unit.code, campaign: campaign.code, indicator: 'i.1', coverage: 'OWN', asOf: '2022-11-30', value: 10 * (1 + dice.below(4)) }] : [])),
  );
}
function dealRanks(dice: Dice, { units, campaigns, clusters, today }: World): ExchangeRecord[] {
  const regions = ['v1', 'v2', 'v3'].map((code) => ({
    type: 'region', code, name: `Vùng ${code}`, members: dice.some([...units.keys()], 3 + dice.below(8)).sort(),
    ...(dice.chance(0.5) && { nameEn: `Region ${code}`, aliases: ['Bí danh'], source: 'F-1', note: 'Ghi chú' }),
  }));
  const launched = [...campaigns.values()].filter(({ status }) => status !== 'DRAFT');
  const ranks = Array.from({ length: 14 }, (_, i) => {
    const campaign = dice.pick(launched);
    const group = dice.pick(['NATION', 'REGION', 'CLUSTER', 'SIBLINGS']);
    const place = 1 + dice.below(9);
    const phase = dice.maybe(campaign.phases);
    return {
      type: 'statedRank', code: `rk${i}`, unit: dice.pick([...units.keys()]), campaign: campaign.code, group, place, asOf: dice.pick(['2021-06-30', '2022-01-01', today]),
      ...(phase && dice.chance(0.4) && { phase: phase.code }), ...(dice.chance(0.5) && { indicator: dice.pick(['i.1', 'i.2', 'I3', 'r.1']), by: dice.pick(['RESULT', 'COMPLETION', 'GROWTH', 'GROWTH_PERCENT']) }),
      ...(group === 'REGION' && dice.chance(0.7) && { region: dice.pick(['v1', 'v2', 'v3']) }), ...(group === 'CLUSTER' && clusters.size > 0 && dice.chance(0.7) && { cluster: dice.pick([...clusters.keys()]) }),
      ...(dice.chance(0.5) && { of: place + dice.below(60), source: 'F-2', note: 'Ghi chú' }),
    };
  });
  return [...regions, ...ranks];
}
function dealDisclosures(dice: Dice, { disclosable }: World): ExchangeRecord[] {
  return disclosable
    .filter(({ ready }) => dice.chance(0.5) && ready())
    .map(({ of, code }) => ({ type: 'disclosure', of, code, audience: dice.pick(['PARTNER', 'PUBLIC']), withNames: dice.chance(0.5), ...(dice.chance(0.4) && { source: 'F-1', note: 'Ghi chú' }) }));
}

const valueOf = (dice: Dice) => dice.weighed([8, dice.below(400)], [3, dice.below(3_000_000) / 10_000], [1, 0]);

function dealFigures(dice: Dice, world: World): [ExchangeRecord[], ExchangeRecord[], ExchangeRecord[]] {
  const units = [...world.units.values()];
  const campaigns = [...world.campaigns.values()];
  const busy = dice.some(campaigns, 4);
  const [stated, corrections, withdrawals]: [ExchangeRecord[], ExchangeRecord[], ExchangeRecord[]] = [[], [], []];
  const keys = new Set<string>();
  for (let i = 110 + dice.below(60); i > 0; i--) {
    const campaign = dice.chance(0.8) ? dice.pick(busy) : dice.pick(campaigns);
    // Mostly of units beneath the launcher; at times of any unit, whose campaign it then is too.
    const home = campaign.launchedBy;
    const beneath = home && dice.chance(0.85) ? units.filter((unit) => world.isBeneathToday(unit, home)) : units;
    const unit = dice.pick(beneath);
    const day = activeDay(dice, world, unit);
    if (!day) continue;
    const measure = dice.weighed<Measure | 'NORM'>([12, 'RESULT'], [4, 'ASSIGNED'], [2, 'REGISTERED'], [2, 'SELF_SET'], [2, 'NORM']);
    const phase = dice.maybe(campaign.phases);
    const above = ancestorsOn(world, unit, day);
    const basis = above.length === 0 && measure !== 'RESULT' && measure !== 'NORM' ? 'SELF_SET' : measure;
    const series = {
      unit: unit.code, campaign: campaign.code, ...(phase && dice.chance(0.5) && { phase: phase.code }),
      indicator: dice.weighed([5, 'i.1'], [4, 'i.2'], [1, 'I3'], [1, 'r.1'], [1, 'r.0'], [1, 'none']),
    };
    const key = basis === 'RESULT' ? { ...series, coverage: dice.pick(['OWN', 'OWN', 'SUBTREE']), asOf: day } : { ...series, basis, decidedOn: day };
    if (keys.has(JSON.stringify(key))) continue;
    keys.add(JSON.stringify(key));
    const record: ExchangeRecord = {
      type: basis === 'RESULT' ? 'result' : 'target',
      ...key,
      value: valueOf(dice),
      qualifier: dice.pick(QUALIFIERS),
      ...(basis === 'NORM' && { per: dice.pick(['MEMBER', 'UNION']) }),
      ...((basis === 'ASSIGNED' || basis === 'REGISTERED' || (basis === 'NORM' && above.length > 0 && dice.chance(0.5))) && { counterpart: dice.pick(above).code }),
      ...(basis === 'RESULT' && dice.chance(0.3) && { statedPercent: dice.below(20_000) / 100, ...(dice.chance(0.5) && { statedBasis: dice.pick(['ASSIGNED', 'SELF_SET']) }) }),
      ...(basis !== 'NORM' && dice.chance(0.2) && { derived: true }),
      ...(dice.chance(0.3) && { source: `Báo cáo ${i}`, note: 'Ghi chú' }),
    };
    stated.push(record);
    if (dice.chance(0.15)) corrections.push({ ...record, value: Math.round((record.value as number) * 10_000 + 10_000) / 10_000, corrects: true });
    if (dice.chance(0.1)) withdrawals.push({ type: 'withdrawal', ...key, reason: 'Nhầm' });
  }
  return [stated, corrections, withdrawals];
}

/** Results on their way, some of them corrections, as they would be after some time. */
function dealOpenFigures(dice: Dice, world: World): void {
  for (let i = 40; i > 0; i--) {
    const about = dice.pick(world.figures.filter(({ measure }) => measure === 'RESULT'));
    const corrects = dice.chance(0.3) && !isOpen(about) ? about : null;
    const unit = corrects ? about.unit : dice.pick([about.unit, dice.pick([...world.units.values()])]);
    const asOf = corrects ? about.asOf : activeDay(dice, world, unit);
    if (asOf === undefined) continue;
    const { campaign, indicator } = about;
    const phase = corrects ? about.phase : dice.pick([about.phase, null, ...campaign.phases]);
    const key = { unit, campaign, phase, indicator, measure: 'RESULT' as const, coverage: corrects ? about.coverage : dice.pick(['OWN', 'SUBTREE'] as const), asOf };
    const beside = world.figures.filter((other) => isOfOneKey(other, key));
    if (beside.some(isOpen)) continue;
    const status = dice.weighed<Status>([3, 'DRAFT'], [5, 'SUBMITTED'], [2, 'RETURNED']);
    const wasSubmitted = status !== 'DRAFT' || dice.chance(0.3);
    world.figures.push({
      ...key, status, corrects, version: Math.max(0, ...beside.map(({ version }) => version)) + 1 + dice.below(3), value: scaled(valueOf(dice)), qualifier: dice.pick(QUALIFIERS) as Qualifier,
      counterpart: null, derived: dice.chance(0.2), statedPercent: dice.chance(0.3) ? dice.below(20_000) / 100 : null, statedBasis: null, supersededBy: null, counted: false, endReason: null,
      submittedBy: wasSubmitted ? dice.pick(['root', 'second', 'reporter', 'clerk', 'somebody']) : null,
      returnReason: status === 'RETURNED' || (status === 'DRAFT' && wasSubmitted) ? 'Thiếu danh sách' : null,
      warnings: wasSubmitted ? dice.some(['RESULT_FALLS', 'AFTER_END', 'BELOW_DETAIL'], dice.below(3)) : [],
      correctionReason: corrects ? 'Cộng thiếu' : null, source: dice.chance(0.3) ? 'Báo cáo' : null, note: dice.chance(0.3) ? 'Ghi chú' : null, arrival: world.nextArrival(),
    });
  }
}

function ancestorsOn(world: World, unit: Unit, day: Day): Unit[] {
  const parent = world.parentOn(unit, day);
  return parent ? [parent, ...ancestorsOn(world, parent, day)] : [];
}

function dealGrants(dice: Dice, world: World): (string | null)[] {
  const { today, grants, keys } = world;
  const units = [...world.units.values()];
  const [root] = units;
  const at = (level: string) => dice.pick(units.filter((unit) => unit.level === level));
  const role = () => dice.pick(ROLES.slice(1));
  const grant = (principal: string, what: Role, unit: Unit, more: Partial<Grant> = {}) =>
    grants.push({ principal, role: what, unit, from: '2020-01-01', to: null, revoked: false, grantedBy: null, revokedBy: null, arrival: grants.length, version: 1, ...more });

  grant('root', 'ADMIN', root!);
  grant('admin', 'ADMIN', at('PROVINCIAL'));
  grant('admin', 'VIEWER', dice.pick(units));
  grant('steward', 'ADMIN', at('UPPER_GRASSROOTS'), { to: addDays(today, 2) });
  grant('grassroots', 'VIEWER', at('GRASSROOTS'));
  grant('district', 'VIEWER', at('UPPER_GRASSROOTS'));
  grant('province', role(), at('PROVINCIAL'));
  const [one, other] = dice.some(units.slice(1), 2);
  grant('two', 'VIEWER', one!);
  grant('two', role(), other!);
  grant('closed', 'VIEWER', dice.pick([...units.filter(({ closedOn }) => closedOn !== null), ...units.slice(-1)]));
  // In force today, for the last or the first day; not yet; no longer; taken back.
  grant('today', 'VIEWER', at('UPPER_GRASSROOTS'), { from: dice.pick(['2020-01-01', today]), to: today });
  grant('bygone', 'ADMIN', root!, { to: addDays(today, -1) });
  grant('bygone', 'VIEWER', at('GRASSROOTS'), { from: today });
  grant('future', 'ADMIN', root!, { from: addDays(today, 1) });
  grant('revoked', 'ADMIN', at('PROVINCIAL'), { revoked: true });
  grant('clerk', 'REPORTER', root!);
  grant('second', 'APPROVER', root!);
  grant('reporter', 'REPORTER', at('UPPER_GRASSROOTS'));
  grant('approver', 'APPROVER', at('PROVINCIAL'));
  grant('revoked', 'PARTNER', at('PROVINCIAL'), { revoked: true });
  grant('both', 'VIEWER', at('GRASSROOTS'));
  grant('both', 'PARTNER', at('PROVINCIAL'));
  grant('partner', 'PARTNER', at('UPPER_GRASSROOTS'));
  grant('key:partner0root', 'PARTNER', root!);
  grant('key:partnerprov1', 'PARTNER', at('PROVINCIAL'));
  for (const [keyId, unit] of [['partner0root', root!], ['partnerprov1', at('PROVINCIAL')], ['unused000000', at('UPPER_GRASSROOTS')]] as const)
    keys.push({ keyId, name: `Đối tác ${keyId}`, unit, expiresOn: addDays(today, keys.length), revoked: keyId.startsWith('unused'), createdBy: null, revokedBy: null, version: 1 });
  return [null, 'nobody', ...new Set(grants.map(({ principal }) => principal))];
}

/** Totals of random units on random days, some published anew or withdrawn. */
function dealPublications(dice: Dice, world: World): void {
  const current = new Map<string, Publication>();
  for (let i = 0; i < 60; i++) {
    const figure = dice.pick(world.figures.filter(({ status, campaign: of }) => status === 'APPROVED' && of.status !== 'DRAFT'));
    const { campaign, phase, measure } = figure;
    const indicator = dice.chance(0.15) ? dice.pick([...world.indicators.values()]) : figure.indicator;
    const line = world.lineToday(figure.unit);
    const unit = dice.pick([line[0]!, ...line]);
    const asOf = dice.chance(0.7) ? figure.asOf : (activeDay(dice, world, unit) ?? figure.asOf);
    const card = { campaign, phase, indicator };
    const total = new Standing(world, unit, card, asOf).total(measure);
    if (!total || asOf < unit.validFrom || asOf > world.today) continue;
    const key = [unit.code, campaign.code, phase?.code, indicator.code, measure, asOf].join('|');
    const before = current.get(key);
    if (before) before.ended = true;
    const { amount: value, qualifier, origin, complete, asOf: movedOn } = total;
    const publication: Publication = {
      unit, ...card, measure, asOf, value, qualifier, origin, complete, movedOn, arrival: i, version: 1,
      audience: dice.pick(['PUBLIC', 'PARTNER']), ended: dice.chance(0.15), source: dice.chance(0.3) ? 'Công bố' : null, note: dice.chance(0.3) ? 'Ghi chú' : null,
      endReason: null,
    };
    world.publications.push(publication);
    if (publication.ended) current.delete(key);
    else current.set(key, publication);
  }
}

/** What was done to random units, with everything that an entry may hold. */
function dealAudit(dice: Dice, { units, campaigns, audit }: World): void {
  const said = () => dice.pick([null, { a: 1, b: ['Phúc Thọ', null, 2.5] }, { nested: { asOf: '2022-01-01' } }, { campaign: dice.pick([...campaigns.keys()]), value: '1.0000' }, ['x'], 'text', 0, false]);
  for (let i = 0; i < 60; i++)
    audit.push({
      unit: dice.pick([...units.values()]),
      action: dice.pick(['GRANT_ROLE', 'REVOKE_ROLE', 'CREATE_API_KEY', 'REVOKE_API_KEY', 'PUBLISH_TOTAL', 'PUBLISH_TOTAL', 'WITHDRAW_PUBLICATION', 'LAUNCH_CAMPAIGN', 'SOMETHING_NEW']),
      principal: dice.pick([null, 'root', 'lan']),
      before: said(),
      after: said(),
      requestId: dice.pick([null, 'a request']),
      arrival: audit.length,
    });
}
