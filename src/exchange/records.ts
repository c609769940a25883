import { checkCampaign, phase } from './campaign.rules.js';
import { code, date, flag, isCode, listOf, oneOf, quantity, readShape, shape, text, totalQuantity, wholeNumber, type Field, type Report, type Shape } from './fields.js';
import { kinds as furtherKinds } from './kinds/index.js';

const OWN_TYPES = ['orgUnit', 'placement', 'closure', 'cluster', 'memberCount', 'indicator', 'campaign', 'adoption', 'reportingRound', 'target', 'result', 'withdrawal', 'publication'] as const;
type OwnType = (typeof OWN_TYPES)[number];
export type RecordType = OwnType | (typeof furtherKinds)[number]['type'];

/** A record in canonical form: no nulls, no defaults, no `type` and no `corrects`. */
export interface ExchangeRecord {
  readonly type: RecordType;
  /** Codes and dates with "|" between, which no code holds. A target, a result and their withdrawal share one. */
  readonly key: string;
  /** Plain, correction, withdrawal. */
  readonly mode: 'p' | 'c' | 'w';
  readonly body: Body;
}

type Body = Record<string, unknown>;
interface Kind {
  readonly shape: Shape;
  readonly key: (body: Body) => string;
  readonly check?: (body: Body, report: Report) => void;
}

const LEVELS = ['NATIONAL', 'PROVINCIAL', 'UPPER_GRASSROOTS', 'GRASSROOTS', 'SUB_GRASSROOTS'];
const SECTORS = ['BUSINESS', 'ADMIN_PUBLIC_SERVICE', 'EDUCATION', 'OTHER'];
const KINDS = [
  'CONFEDERATION', 'PROVINCIAL_FEDERATION', 'CENTRAL_SECTORAL_UNION', 'VGCL_CORPORATION_UNION', 'DISTRICT_FEDERATION', 'LOCAL_SECTORAL_UNION',
  'ZONE_UNION', 'COMMUNE_UNION', 'GRASSROOTS_UNION', 'GRASSROOTS_SYNDICATE', 'SECTIONAL_UNION',
];
const qualifier = oneOf(['EXACT', 'MORE_THAN', 'AT_LEAST', 'NEARLY', 'ABOUT'], 'EXACT');
const basis = oneOf(['ASSIGNED', 'REGISTERED', 'SELF_SET', 'NORM']);
const coverage = oneOf(['OWN', 'SUBTREE']);
const name = text(500);
const everywhere = { source: text(500), note: text(2000), corrects: flag };
const withAnnotations = (required: Record<string, Field>, optional: Record<string, Field> = {}) => shape(required, { ...optional, ...everywhere });

const figureKey = ({ unit, campaign, phase: of = '', indicator, basis: on, coverage: over = 'SUBTREE', asOf, decidedOn }: Body) =>
  [unit, campaign, of, indicator, on ?? 'RESULT', over, asOf ?? decidedOn].join('|');

const ownKinds: Record<OwnType, Kind> = {
  orgUnit: {
    shape: withAnnotations(
      { code, name, level: oneOf(LEVELS), kind: oneOf(KINDS), validFrom: date },
      {
        nameEn: name,
        aliases: listOf(name, 100),
        sector: oneOf(SECTORS),
        ownership: oneOf(['STATE', 'NON_STATE', 'FDI']),
        parent: code,
      },
    ),
    key: (body) => body.code as string,
    check: ({ level, parent }, report) => {
      if (level === 'NATIONAL' && parent !== undefined) report('ROOT_HAS_PARENT', 'a NATIONAL unit stands under nobody: its parent is null', 'parent');
      if (level !== undefined && level !== 'NATIONAL' && parent === undefined) report('MISSING_FIELD', 'only a NATIONAL unit has no parent', 'parent');
    },
  },
  placement: {
    shape: withAnnotations({ unit: code, parent: code, from: date }),
    key: (body) => `${body.unit}|${body.from}`,
  },
  closure: {
    shape: withAnnotations({ unit: code, on: date }, { successor: code }),
    key: (body) => body.unit as string,
  },
  cluster: {
    shape: withAnnotations(
      { code, owner: code, name, kind: oneOf(['CLUSTER', 'BLOC']), year: wholeNumber(1900, 2999), members: listOf(code, 10_000, { sorted: true, least: 1 }) },
      { leadUnit: code },
    ),
    key: (body) => body.code as string,
  },
  memberCount: {
    shape: withAnnotations({ unit: code, of: oneOf(['MEMBERS', 'WORKERS', 'UNIONS']), asOf: date, value: quantity }, { qualifier }),
    key: (body) => `${body.unit}|${body.of}|${body.asOf}`,
  },
  indicator: {
    shape: withAnnotations(
      { code, name, unitOfMeasure: text(100), aggregation: oneOf(['SUM', 'RATIO', 'NONE']) },
      {
        nameEn: name,
        numerator: code,
        denominator: code,
        countingStage: oneOf(['REGISTERED', 'UPLOADED', 'UNDER_REVIEW', 'VALID', 'RECOGNISED', 'APPLIED']),
      },
    ),
    key: (body) => body.code as string,
    check: ({ aggregation, numerator, denominator }, report) => {
      for (const [part, other, field] of [[numerator, denominator, 'numerator'], [denominator, numerator, 'denominator']] as const) {
        if (part === undefined && other !== undefined) report('MISSING_FIELD', 'numerator and denominator go together', field);
        if (part !== undefined && aggregation !== undefined && aggregation !== 'RATIO') report('FIELD_NOT_ALLOWED', 'only a RATIO indicator has parts', field);
      }
    },
  },
  campaign: {
    shape: withAnnotations({ code, name, campaignKind: oneOf(['MOVEMENT', 'PROGRAMME', 'DRIVE', 'SPECIAL_DRIVE', 'ACTION_MONTH']) }, {
      nameEn: name,
      aliases: listOf(name, 100),
      cadence: oneOf(['REGULAR', 'THEMATIC']),
      launchedBy: code,
      externalLauncher: name,
      launchedOn: date,
      status: oneOf(['DRAFT', 'LAUNCHED', 'CLOSED'], 'LAUNCHED'),
      closedOn: date,
      ...period(),
      theme: text(2000),
      objective: text(10_000),
      content: text(10_000),
      measures: text(10_000),
      audience: text(2000),
      publishesRanks: flag,
      launchingBody: oneOf(['PRESIDIUM', 'STANDING_COMMITTEE', 'EXECUTIVE_COMMITTEE']),
      sectors: listOf(oneOf(SECTORS), SECTORS.length, { sorted: true }),
      occasions: listOf(text(500), 20),
      implements: code,
      linkedCampaigns: listOf(code, 100, { sorted: true }),
      precededBy: code,
      indicators: listOf(code, 100, { sorted: true }),
      phases: listOf(phase, 200),
    }),
    key: (body) => body.code as string,
    check: checkCampaign,
  },
  adoption: {
    shape: withAnnotations({ unit: code, campaign: code, adoptedOn: date, manner: oneOf(['LAUNCH', 'REGISTER']) }),
    key: (body) => `${body.unit}|${body.campaign}`,
  },
  reportingRound: {
    shape: shape(
      {
        campaign: code, code, name, kind: oneOf(['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR', 'SCHOOL_YEAR', 'PHASE', 'CUSTOM']), from: date, to: date,
        due: listOf(due, LEVELS.length, { least: 1 }), indicators: listOf(code, 50, { sorted: true, least: 1 }),
      },
      { phase: code, ended: flag, corrects: flag },
    ),
    key: (body) => `${body.campaign}|${body.code}`,
    check: checkRound,
  },
  target: {
    shape: withAnnotations(
      { unit: code, campaign: code, indicator: code, basis, decidedOn: date, value: quantity },
      { phase: code, qualifier, counterpart: code, per: oneOf(['MEMBER', 'UNION']), derived: flag },
    ),
    key: figureKey,
    check: ({ basis: on, counterpart, per, derived }, report) => {
      if ((on === 'ASSIGNED' || on === 'REGISTERED') && counterpart === undefined)
        report('MISSING_FIELD', `a target that is ${on} names who assigned it, or with whom it is registered`, 'counterpart');
      if (on === 'NORM' && per === undefined) report('MISSING_FIELD', 'a norm is per MEMBER or per UNION', 'per');
      if (on === 'NORM' && derived !== undefined) report('FIELD_NOT_ALLOWED', 'a norm is not derived', 'derived');
      if (on !== undefined && on !== 'NORM' && per !== undefined) report('FIELD_NOT_ALLOWED', 'only a NORM is per something', 'per');
    },
  },
  result: {
    shape: withAnnotations(
      { unit: code, campaign: code, indicator: code, coverage, asOf: date, value: quantity },
      { phase: code, qualifier, statedPercent: quantity, statedBasis: oneOf(['ASSIGNED', 'REGISTERED', 'SELF_SET']), derived: flag },
    ),
    key: figureKey,
    check: ({ statedPercent, statedBasis }, report) => {
      if (statedBasis !== undefined && statedPercent === undefined) report('MISSING_FIELD', 'statedBasis says of which target statedPercent is', 'statedPercent');
    },
  },
  withdrawal: {
    shape: shape(
      { unit: code, campaign: code, indicator: code },
      { phase: code, basis, decidedOn: date, coverage, asOf: date, reason: text(2000) },
    ),
    key: figureKey,
    check: (body, report) => {
      const [of, given, others] =
        body.basis !== undefined || body.decidedOn !== undefined
          ? (['a target', ['basis', 'decidedOn'], ['coverage', 'asOf']] as const)
          : (['a result', ['coverage', 'asOf'], ['basis', 'decidedOn']] as const);
      for (const field of given) if (body[field] === undefined) report('MISSING_FIELD', `belongs to the key of ${of}`, field);
      for (const field of others) if (body[field] !== undefined) report('FIELD_NOT_ALLOWED', `does not belong to the key of ${of}`, field);
    },
  },
  publication: {
    shape: withAnnotations(
      { unit: code, campaign: code, indicator: code, asOf: date, audience: oneOf(['PARTNER', 'PUBLIC']) },
      { phase: code, basis: oneOf(['ASSIGNED', 'REGISTERED', 'SELF_SET']), value: totalQuantity },
    ),
    key: ({ unit, campaign, phase: of = '', indicator, basis: on = 'RESULT', asOf }) => [unit, campaign, of, indicator, on, asOf].join('|'),
  },
};

const kinds = { ...ownKinds, ...Object.fromEntries(furtherKinds.map((kind) => [kind.type, kind])) } as Record<RecordType, Kind>;
export const TYPES = Object.keys(kinds) as RecordType[];

const dueShape = shape({ level: oneOf(LEVELS), on: date });
function due(value: unknown, report: Report): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return readShape(dueShape, value as Body, (reason, message, path) => report(reason, message, `.${path}`));
  report('INVALID_VALUE', 'must be an object: {"level":…,"on":…}');
  return undefined;
}

function checkRound({ kind, phase: of, from, to, due: levels }: Body, report: Report): void {
  if (kind === 'PHASE' && of === undefined) report('MISSING_FIELD', 'a round of kind PHASE is of a phase', 'phase');
  if (typeof from === 'string' && typeof to === 'string' && to < from) report('ENDS_BEFORE_START', `must be from, ${from}, or later`, 'to');
  const dues = (levels ?? []) as ({ level?: string; on?: string } | undefined)[];
  dues.forEach((one, i) => {
    if (one?.level !== undefined && dues.findIndex((other) => other?.level === one.level) < i) report('INVALID_VALUE', 'this level is there twice', `due[${i}].level`);
    if (one?.on !== undefined && typeof from === 'string' && one.on < from) report('INVALID_VALUE', `must be from, ${from}, or later`, `due[${i}].on`);
  });
  // Their order says nothing, so that a round is written in one way only.
  dues.sort((a, b) => LEVELS.indexOf(a?.level ?? '') - LEVELS.indexOf(b?.level ?? ''));
}

function period(): Record<string, Field> {
  const precision = oneOf(['DAY', 'MONTH', 'YEAR'], 'DAY');
  return { startsOn: date, startsOnPrecision: precision, endsOn: date, endsOnPrecision: precision };
}

const DECLARES: Record<string, string> = {
  orgUnit: 'unit', placement: 'placement', closure: 'closure', indicator: 'indicator', campaign: 'campaign', cluster: 'cluster',
  ...Object.fromEntries(furtherKinds.flatMap(({ type, declares }) => (declares === undefined ? [] : [[type, declares.what]]))),
};

/** What is left of a record with mistakes. */
export interface Broken {
  /** What it declares all the same, so that what refers to it is not blamed; empty where that is nothing. */
  readonly declares: string;
  readonly code: string;
  /** Its type and its sound fields, which are checked like those of any other. */
  readonly body: Body;
}

/** Reads one parsed line. Null after a report. */
export function readRecord(value: unknown, report: Report, broken: (rest: Broken) => void): ExchangeRecord | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report('NOT_A_RECORD', 'must be an object, such as {"type":"orgUnit",…}');
    return null;
  }
  const { type, ...fields } = value as Body;
  if (typeof type !== 'string' || !Object.hasOwn(kinds, type)) {
    report(type === undefined ? 'MISSING_FIELD' : 'UNKNOWN_TYPE', `must be one of ${TYPES.join(', ')}`, 'type');
    return null;
  }
  const kind = kinds[type as RecordType];
  let sound = true;
  const note: Report = (reason, message, path) => {
    // One mistake, one error: what is wrong with a field is not also said of the record.
    sound = false;
    report(reason, message, path);
  };
  const faulty = new Set<string>();
  const body = readShape(kind.shape, fields, (reason, message, path = '') => {
    faulty.add(path.split(/[.[]/)[0]!);
    note(reason, message, path);
  });
  kind.check?.(body, (reason, message, path = '') => {
    if (!faulty.has(path.split(/[.[]/)[0]!)) note(reason, message, path);
  });
  if (!sound) {
    const declares = DECLARES[type];
    const of = fields[type === 'placement' || type === 'closure' ? 'unit' : 'code'];
    // Of a list, what is sound in it stays.
    for (const field of faulty) if (!Array.isArray(body[field])) delete body[field];
    broken({ ...(declares !== undefined && isCode(of) ? { declares, code: of } : { declares: '', code: '' }), body: { ...body, type } });
    return null;
  }
  const mode = type === 'withdrawal' ? 'w' : body.corrects === true ? 'c' : 'p';
  delete body.corrects;
  return { type: type as RecordType, key: kind.key(body), mode, body };
}
