/** What must hold of an award, and which way it goes. */
import type { OrgLevel, Qualifier } from '../org-units/org-unit.type.js';
import type { Day } from '../shared/dates.js';
import type { AwardForm, AwardStatus, RecipientKind } from './award.type.js';

/** How a form is called where nobody says otherwise. */
export const FORM_VI: Readonly<Record<Exclude<AwardForm, 'OTHER'>, string>> = {
  EMULATION_FLAG: 'Cờ thi đua',
  CERTIFICATE_OF_MERIT: 'Bằng khen',
  LETTER_OF_COMMENDATION: 'Giấy khen',
  CREATIVE_LABOUR_CERTIFICATE: 'Bằng Lao động sáng tạo',
  NGUYEN_DUC_CANH_AWARD: 'Giải thưởng Nguyễn Đức Cảnh',
  NGUYEN_VAN_LINH_AWARD: 'Giải thưởng Nguyễn Văn Linh',
  TITLE: 'Danh hiệu',
  PRIZE: 'Giải',
  COMMENDATION: 'Khen thưởng',
};

/** The lowest level that gives a form (R-71); what stands nowhere here, any level may. */
export const LOWEST_LEVEL: Partial<Readonly<Record<AwardForm, OrgLevel>>> = {
  EMULATION_FLAG: 'PROVINCIAL',
  CERTIFICATE_OF_MERIT: 'PROVINCIAL',
  LETTER_OF_COMMENDATION: 'GRASSROOTS',
  CREATIVE_LABOUR_CERTIFICATE: 'NATIONAL',
  NGUYEN_DUC_CANH_AWARD: 'NATIONAL',
  NGUYEN_VAN_LINH_AWARD: 'NATIONAL',
};

/** The steps of an award: from which statuses, to which. */
export const STEPS = {
  review: { from: ['NOMINATED'], to: 'REVIEWED' },
  decline: { from: ['NOMINATED', 'REVIEWED'], to: 'DECLINED' },
  decide: { from: ['REVIEWED'], to: 'DECIDED' },
  present: { from: ['DECIDED'], to: 'PRESENTED' },
  revoke: { from: ['DECIDED', 'PRESENTED'], to: 'REVOKED' },
} as const satisfies Record<string, { readonly from: readonly AwardStatus[]; readonly to: AwardStatus }>;
export type AwardStep = keyof typeof STEPS;

type Maybe<T> = T | null | undefined;

/** What is said of an award; names are codes. */
export interface SaidAward {
  readonly form: AwardForm;
  readonly formVi?: Maybe<string>;
  readonly title?: Maybe<string>;
  readonly issuers: readonly { readonly unit?: Maybe<string>; readonly name?: Maybe<string>; readonly body?: Maybe<string> }[];
  readonly campaign?: Maybe<string>;
  readonly phase?: Maybe<string>;
  readonly periodKind?: Maybe<string>;
  readonly periodFrom?: Maybe<Day>;
  readonly periodTo?: Maybe<Day>;
  readonly count?: Maybe<number>;
  readonly qualifier?: Maybe<Qualifier>;
  readonly countByKind?: Maybe<readonly { readonly kind: RecipientKind; readonly count: number }[]>;
  readonly batchSize?: Maybe<number>;
  readonly includedIn?: Maybe<string>;
  readonly maybeIncludedIn?: Maybe<string>;
  readonly recipients?: Maybe<readonly SaidRecipient[]>;
}
export interface SaidRecipient {
  readonly kind: RecipientKind;
  readonly person?: Maybe<string>;
  readonly unit?: Maybe<string>;
  readonly work?: Maybe<string>;
  readonly initiative?: Maybe<string>;
  readonly name?: Maybe<string>;
  readonly directWorker?: Maybe<boolean>;
}

export interface AwardFault {
  /** The field at fault; of several, the way to it (`recipients.3.person`). */
  readonly field: string;
  readonly reason: 'MISSING_FIELD' | 'INVALID_VALUE' | 'FIELD_NOT_ALLOWED' | 'ENDS_BEFORE_START' | 'TOO_MANY_RECIPIENTS';
  readonly message: string;
}

export const MOST_ISSUERS = 20;
export const MOST_RECIPIENTS = 500;
const MOST = 2_147_483_647;
const isBounded = (qualifier: Maybe<Qualifier>): boolean => qualifier == null || qualifier === 'EXACT' || qualifier === 'NEARLY';

/** How many there are, as far as it is told: the count, else what the kinds come to. */
export function countOf({ count, countByKind }: Pick<SaidAward, 'count' | 'countByKind'>): number | null {
  if (count != null) return count;
  const kinds = countByKind ?? [];
  return kinds.length === 0 ? null : kinds.reduce((sum, one) => sum + one.count, 0);
}

/** By kind, as far as there are any: how many are told, and how many are named. */
export function kindsOf({ countByKind, recipients }: Pick<SaidAward, 'countByKind' | 'recipients'>): Map<RecipientKind, { count: number | null; named: number }> {
  const kinds = new Map<RecipientKind, { count: number | null; named: number }>();
  for (const { kind, count } of countByKind ?? []) kinds.set(kind, { count, named: 0 });
  for (const { kind } of recipients ?? []) {
    const of = kinds.get(kind) ?? { count: null, named: 0 };
    kinds.set(kind, { ...of, named: of.named + 1 });
  }
  return kinds;
}

/** Everything that is wrong with what is said of an award, apart from the codes in it. */
export function* awardFaults(said: SaidAward): Generator<AwardFault> {
  const { form, formVi, title, issuers, campaign, phase, periodKind, periodFrom, periodTo, qualifier, countByKind, batchSize, includedIn, maybeIncludedIn, recipients } = said;
  if (form === 'TITLE' && title == null) yield { field: 'title', reason: 'MISSING_FIELD', message: 'must say which title is given: a TITLE has one' };
  if (form === 'OTHER' && formVi == null) yield { field: 'formVi', reason: 'MISSING_FIELD', message: 'must say how the form is called in Vietnamese: OTHER has no name of its own' };
  if (issuers.length === 0) yield { field: 'issuers', reason: 'MISSING_FIELD', message: 'must name at least one unit or body that gives it' };
  if (issuers.length > MOST_ISSUERS) yield { field: 'issuers', reason: 'INVALID_VALUE', message: `takes at most ${MOST_ISSUERS}` };
  for (const [i, issuer] of issuers.entries()) {
    if ((issuer.unit == null) === (issuer.name == null)) yield { field: `issuers.${i}`, reason: 'INVALID_VALUE', message: 'must have either a unit or, for a body outside the unions, a name' };
    else if (issuers.findIndex((one) => one.unit === issuer.unit && one.name === issuer.name) < i) yield { field: `issuers.${i}`, reason: 'INVALID_VALUE', message: 'is there twice: say it once' };
    else if (issuer.body != null && issuer.unit == null) yield { field: `issuers.${i}.body`, reason: 'FIELD_NOT_ALLOWED', message: 'goes with a unit: name the unit, or leave it out' };
  }
  if (phase != null && campaign == null) yield { field: 'phase', reason: 'FIELD_NOT_ALLOWED', message: 'goes with a campaign: name the campaign too' };
  if (periodFrom != null && periodFrom < '1000-01-01') yield { field: 'periodFrom', reason: 'INVALID_VALUE', message: 'must be in the year 1000 or later' };
  if (periodFrom == null && (periodKind != null || periodTo != null)) yield { field: 'periodFrom', reason: 'MISSING_FIELD', message: 'must be the first day of the period' };
  else if (periodFrom != null && periodTo == null) yield { field: 'periodTo', reason: 'MISSING_FIELD', message: 'must be the last day of the period' };
  else if (periodFrom != null && periodTo! < periodFrom) yield { field: 'periodTo', reason: 'ENDS_BEFORE_START', message: `must be periodFrom, ${periodFrom}, or later` };
  if (includedIn != null && maybeIncludedIn != null) yield { field: 'maybeIncludedIn', reason: 'FIELD_NOT_ALLOWED', message: 'must be left out where includedIn is given: that another award holds it is either told or not' };

  let sound = true;
  for (const [i, { kind, count }] of (countByKind ?? []).entries()) {
    if (count < 1 || count > MOST) yield { field: `countByKind.${i}.count`, reason: 'INVALID_VALUE', message: `must be from 1 to ${MOST}; where it is not known, leave the kind out` };
    else if (countByKind!.findIndex((one) => one.kind === kind) < i) yield { field: `countByKind.${i}.kind`, reason: 'INVALID_VALUE', message: 'is there twice: say it once' };
    else continue;
    sound = false;
  }
  const total = countOf(said);
  if (sound && total !== null && (total < 1 || total > MOST)) yield { field: 'count', reason: 'INVALID_VALUE', message: `must be from 1 to ${MOST}; where it is not known, leave it out` };
  if (qualifier != null && qualifier !== 'EXACT' && total === null) yield { field: 'qualifier', reason: 'FIELD_NOT_ALLOWED', message: 'goes with a count: say how many, or leave it out' };
  if (batchSize != null && batchSize < 1) yield { field: 'batchSize', reason: 'INVALID_VALUE', message: `must be from 1 to ${MOST}; where it is not known, leave it out` };
  if ((recipients?.length ?? 0) > MOST_RECIPIENTS) yield { field: 'recipients', reason: 'INVALID_VALUE', message: `takes at most ${MOST_RECIPIENTS}` };
  else yield* recipientFaults(recipients ?? []);
  if (!sound || total === null || total < 1 || !isBounded(qualifier)) return;
  const least = [...kindsOf(said).values()].reduce((sum, { count, named }) => sum + Math.max(count ?? 0, named), 0);
  if (least > total) yield { field: said.count == null ? 'recipients' : 'count', reason: 'TOO_MANY_RECIPIENTS', message: `must be ${said.count == null ? `no more than the ${total} of countByKind: ${least} are told of` : `${least} or more: so many are told of by kind and name`}` };
  else if (batchSize != null && batchSize >= 1 && (qualifier == null || qualifier === 'EXACT') && batchSize < total) yield { field: 'batchSize', reason: 'INVALID_VALUE', message: `must be the count, ${total}, or more` };
}

/** Which field names a recipient of a kind by code. */
const NAMED_BY: Readonly<Record<RecipientKind, 'person' | 'unit' | 'work' | 'initiative' | undefined>> = {
  INDIVIDUAL: 'person', COLLECTIVE: 'unit', WORK: 'work', INITIATIVE: 'initiative', HOUSEHOLD: undefined, MEMBERS_CHILD: undefined,
};

function* recipientFaults(recipients: readonly SaidRecipient[]): Generator<AwardFault> {
  for (const [i, recipient] of recipients.entries()) {
    const { kind, name, directWorker } = recipient;
    const by = NAMED_BY[kind];
    for (const field of ['person', 'work', 'initiative'] as const)
      if (recipient[field] != null && field !== by) yield { field: `recipients.${i}.${field}`, reason: 'FIELD_NOT_ALLOWED', message: `is for ${field === 'person' ? 'an INDIVIDUAL' : field === 'work' ? 'a WORK' : 'an INITIATIVE'}: leave it out` };
    if (directWorker != null && kind !== 'INDIVIDUAL') yield { field: `recipients.${i}.directWorker`, reason: 'FIELD_NOT_ALLOWED', message: 'is for an INDIVIDUAL: leave it out' };
    const code = by === undefined ? null : (recipient[by] ?? null);
    if (code === null && name == null) yield { field: `recipients.${i}`, reason: 'MISSING_FIELD', message: by === undefined ? 'must have a name' : `must have ${by === 'initiative' ? 'an' : 'a'} ${by} or a name` };
    else if (code !== null && recipients.findIndex((one) => one.kind === kind && one[by!] === code) < i) yield { field: `recipients.${i}.${by}`, reason: 'INVALID_VALUE', message: 'is there twice: say it once' };
  }
}
