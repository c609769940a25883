import { ArgsType, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { DatePrecision, UnionBody } from '../campaigns/campaign.type.js';
import { BENEATH, OrgLevel, Qualifier, type OrgUnit } from '../org-units/org-unit.type.js';
import { ReportKind } from '../results/reporting.type.js';
import { AnnotatedInput } from '../shared/annotated.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { ChangeInput, CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

export const AwardForm = defineEnum('AwardForm', 'The form of an award. `formVi` has its Vietnamese name, which is the one that counts: translations differ.', {
  EMULATION_FLAG: 'Emulation flag (cờ thi đua).',
  CERTIFICATE_OF_MERIT: 'Certificate of merit (bằng khen): of the confederation, a province or what is equal to it.',
  LETTER_OF_COMMENDATION: 'Letter of commendation (giấy khen): of a district, a local sector or a grassroots union.',
  CREATIVE_LABOUR_CERTIFICATE: 'Creative labour certificate (Bằng Lao động sáng tạo), of the confederation.',
  NGUYEN_DUC_CANH_AWARD: 'Nguyễn Đức Cảnh award (Giải thưởng Nguyễn Đức Cảnh), of the confederation, to workers.',
  NGUYEN_VAN_LINH_AWARD: 'Nguyễn Văn Linh award (Giải thưởng Nguyễn Văn Linh), of the confederation, to officers.',
  TITLE: 'An emulation title (danh hiệu), such as Công nhân giỏi; `title` has it.',
  PRIZE: 'A prize (giải).',
  COMMENDATION: 'A commendation (khen thưởng, biểu dương) whose form is not told.',
  OTHER: 'None of the others.',
});
export type AwardForm = keyof typeof AwardForm;

export const AwardBasis = defineEnum('AwardBasis', 'What an award looks at.', {
  COMPREHENSIVE: 'All of the work (toàn diện).',
  THEMATIC: 'One theme (chuyên đề).',
  AD_HOC: 'One achievement, out of turn (đột xuất).',
  PHASE_REVIEW: 'A phase or half-year under review (sơ kết).',
});
export type AwardBasis = keyof typeof AwardBasis;

export const AwardStatus = defineEnum('AwardStatus', 'How far an award has come: nominated, reviewed, decided, presented.', {
  NOMINATED: 'Nominated (đề nghị).',
  REVIEWED: 'Reviewed by a unit above or an issuing one (xét), and to be decided.',
  DECIDED: 'Decided (quyết định).',
  PRESENTED: 'Decided and presented (trao).',
  DECLINED: 'Not given; `statusReason` says why.',
  REVOKED: 'Decided and taken back; `statusReason` says why.',
});
export type AwardStatus = keyof typeof AwardStatus;

export const RecipientKind = defineEnum('RecipientKind', 'What is honoured.', {
  INDIVIDUAL: 'A person (cá nhân).',
  COLLECTIVE: 'A unit or a group (tập thể).',
  HOUSEHOLD: 'A household (hộ gia đình).',
  WORK: 'A work, product or task (công trình).',
  INITIATIVE: 'An initiative (sáng kiến).',
  MEMBERS_CHILD: 'A child of a member (con đoàn viên).',
});
export type RecipientKind = keyof typeof RecipientKind;

type Precision = keyof typeof DatePrecision;

@ObjectType({ description: 'How many recipients of a kind an award has.' })
export class RecipientCount {
  @Field(() => RecipientKind, { description: 'The kind.' })
  kind!: RecipientKind;

  @Field(() => Int, { description: 'How many of them.' })
  count!: number;
}

@ObjectType({ description: 'Who gave an award, alone or with others.' })
export class AwardIssuer {
  unitKey!: number | null;

  @Field(() => String, { description: 'Its name in Vietnamese, as it was when the award was written down.' })
  name!: string;

  @Field(() => OrgLevel, { nullable: true, description: 'The unit’s level; null of a body outside the unions, or known by name alone.' })
  level!: OrgLevel | null;

  @Field(() => UnionBody, { nullable: true, description: 'Which of the unit’s bodies gave it; null where that is not told.' })
  body!: UnionBody | null;
}

@ObjectType({ description: 'A named recipient of an award.' })
export class AwardRecipient {
  place!: number;
  personKey!: number | null;
  unitKey!: number | null;
  workKey!: number | null;
  initiativeKey!: number | null;

  @Field(() => RecipientKind, { description: 'What is honoured.' })
  kind!: RecipientKind;

  @Field(() => String, { description: 'Name in Vietnamese, as printed.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name of the unit that is honoured, or where the recipient works or belongs, as it was when the award was written down; null where that is not told.' })
  unitName!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether this person works directly in production or service (người lao động trực tiếp); null where that is not told.' })
  directWorker!: boolean | null;
}

export const AwardRecipientConnection = connectionOf(() => AwardRecipient, 'AwardRecipient', 'recipients');

@ObjectType({
  implements: Node,
  description:
    'One award to one or more recipients (khen thưởng). It is nominated by the unit in whose subtree they stand, reviewed, decided and presented. What nobody told is null, never 0: named recipients may be fewer than there are.',
})
export class Award implements Keyed {
  key!: number;
  unitKey!: number;
  campaignKey!: number | null;
  phaseKey!: number | null;
  includedInKey!: number | null;
  maybeIncludedInKey!: number | null;
  lastDay!: Day | null;
  /** What readers see who have its unit, or one that gave it, in scope. */
  inside!: { statusReason: string | null; presentedBy: string | null; nominatedBy: string | null; reviewedBy: string | null; decidedBy: string | null; note: string | null } | null;

  @Field(() => String, { description: 'Code that names the award in arguments and imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name of the unit in whose subtree the recipients stand, as it was when the award was written down.' })
  unitName!: string;

  @Field(() => AwardForm, { description: 'Its form.' })
  form!: AwardForm;

  @Field(() => String, { description: 'Its form in Vietnamese, such as `Bằng khen`.' })
  formVi!: string;

  @Field(() => String, { nullable: true, description: 'The title that is given, such as `Công nhân giỏi`; always there of a TITLE.' })
  title!: string | null;

  @Field(() => OrgLevel, { nullable: true, description: 'The level of the title (cấp cơ sở, cấp trên trực tiếp …); null where it has none, or none is told.' })
  titleLevel!: OrgLevel | null;

  @Field(() => AwardBasis, { nullable: true, description: 'What it looks at; null where that is not told.' })
  basis!: AwardBasis | null;

  @Field(() => String, { nullable: true, description: 'What it is for (thành tích).' })
  achievement!: string | null;

  @Field(() => ReportKind, { nullable: true, description: 'What kind of period it is for; null where none is told.' })
  periodKind!: ReportKind | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day of the period that it is for.' })
  periodFrom!: Day | null;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of the period that it is for.' })
  periodTo!: Day | null;

  @Field(() => Int, { nullable: true, description: 'How many recipients it has; null where nobody told.' })
  count!: number | null;

  @Field(() => Qualifier, { description: 'How exactly `count` is stated.' })
  qualifier!: Qualifier;

  @Field(() => Int, { description: 'How many of the recipients are named, whether or not the caller may read the names.' })
  named!: number;

  @Field(() => Int, { nullable: true, description: 'Of how many it is a part: 10 of "one of 10". The others are not counted here.' })
  batchSize!: number | null;

  @Field(() => String, { nullable: true, description: 'Number of the decision (quyết định).' })
  decisionNo!: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the decision; null before, and where unknown.' })
  decidedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `decidedOn` is known.' })
  decidedOnPrecision!: Precision;

  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was presented; null before, and where unknown.' })
  presentedOn!: Day | null;

  @Field(() => DatePrecision, { description: 'How much of `presentedOn` is known.' })
  presentedOnPrecision!: Precision;

  @Field(() => AwardStatus, { description: 'How far it has come.' })
  status!: AwardStatus;

  @Field(() => String, { nullable: true, description: 'Where what is said of the award comes from; null unless the caller has the award’s unit, or one that gave it, in scope.' })
  source!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const AwardConnection = connectionOf(() => Award, 'Award', 'awards');

@InputType({ description: 'Which awards: those that meet every condition given.' })
export class AwardFilter {
  @Field(() => AwardForm, { nullable: true, description: 'Of this form.' })
  form?: AwardForm | null;

  @Field(() => AwardBasis, { nullable: true, description: 'On this basis.' })
  basis?: AwardBasis | null;

  @Field(() => String, { nullable: true, description: 'Given, alone or with others, by the unit of this code. An unknown code gives an empty list.' })
  issuer?: string | null;

  @Field(() => OrgLevel, { nullable: true, description: 'Given, alone or with others, by a unit of this level.' })
  issuerLevel?: OrgLevel | null;

  @Field(() => String, { nullable: true, description: 'In the campaign of this code. An unknown code gives an empty list.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'In a phase of this code.' })
  phase?: string | null;

  @Field(() => AwardStatus, { nullable: true, description: 'Of this status; left out: DECIDED or PRESENTED.' })
  status?: AwardStatus | null;

  @Field(() => RecipientKind, { nullable: true, description: 'With recipients who are told to be of this kind.' })
  recipientKind?: RecipientKind | null;

  @Field(() => OrgLevel, { nullable: true, description: 'Titles of this level.' })
  titleLevel?: OrgLevel | null;

  @Field(() => Int, { nullable: true, description: 'Of this year: the one in which the period ends that it is for; where no period is told, that of the decision, else of the presentation.' })
  year?: number | null;

  @Field(() => DateScalar, { nullable: true, description: 'For a time (the period, else the day of decision or presentation, as far as it is known) that reaches this day or later. BAD_USER_INPUT unless a date.' })
  from?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'For a time that begins on this day or earlier. BAD_USER_INPUT unless a date.' })
  to?: unknown;
}

@ArgsType()
export class AwardListArgs extends PageArgs {
  @Field(() => AwardFilter, { nullable: true, description: 'Conditions; all that are DECIDED or PRESENTED where left out.' })
  where?: AwardFilter | null;
}

@ArgsType()
export class UnitAwardArgs extends AwardListArgs {
  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

export const AwardDirection = defineEnum('AwardDirection', 'Whose awards are counted.', {
  RECEIVED: 'Those that the unit or units beneath it received.',
  ISSUED: 'Those that they gave, alone or with others.',
});
export type AwardDirection = keyof typeof AwardDirection;

export const AwardDimension = defineEnum('AwardDimension', 'By what awards are told apart.', {
  FORM: 'By form.',
  BASIS: 'By basis; where none is told, null.',
  ISSUER: 'By who gave them; those given by several together are a group of their own.',
  ISSUER_LEVEL: 'By the levels of the units that gave them.',
  TITLE_LEVEL: 'By the level of the title; null where there is none.',
  RECIPIENT_KIND: 'By kind of recipient. An award counts under each of its kinds with the recipients told to be of it, and under null with those of whom no kind is told.',
  CAMPAIGN: 'By campaign; null where there is none, or none that the caller sees.',
  YEAR: 'By year, as the filter has it; null where no date is told.',
});
export type AwardDimension = keyof typeof AwardDimension;

@ObjectType({ description: 'How many of the named recipients work directly in production or service.' })
export class DirectWorkers {
  @Field(() => Int, { description: 'Of how many named recipients it is told.' })
  known!: number;

  @Field(() => Int, { description: 'How many of those do.' })
  direct!: number;

  @Field(() => Float, { nullable: true, description: 'direct ÷ known × 100, to two places; null where nothing is told.' })
  share!: number | null;
}

@ObjectType({
  description:
    'How many recipients awards had. Awards that another of the same group holds are not added to it; of those of which nobody tells whether another holds them, `atLeast` takes it that it does and `atMost` that it does not. Groups by themselves may so come to more than the whole.',
})
export class AwardTotal {
  campaignKey!: number | null;

  @Field(() => AwardForm, { nullable: true, description: 'Of a group by FORM.' })
  form!: AwardForm | null;

  @Field(() => AwardBasis, { nullable: true, description: 'Of a group by BASIS; null where none is told.' })
  basis!: AwardBasis | null;

  @Field(() => [String], { nullable: true, description: 'Of a group by ISSUER: names of those who gave them together.' })
  issuers!: string[] | null;

  @Field(() => [OrgLevel], { nullable: true, description: 'Of a group by ISSUER_LEVEL: the levels of those who gave them together; none of bodies outside the unions.' })
  issuerLevels!: OrgLevel[] | null;

  @Field(() => OrgLevel, { nullable: true, description: 'Of a group by TITLE_LEVEL.' })
  titleLevel!: OrgLevel | null;

  @Field(() => RecipientKind, { nullable: true, description: 'Of a group by RECIPIENT_KIND; null: of no kind that is told.' })
  recipientKind!: RecipientKind | null;

  @Field(() => Int, { nullable: true, description: 'Of a group by YEAR.' })
  year!: number | null;

  @Field(() => Int, { description: 'How many awards; one with several recipients is one.' })
  awards!: number;

  @Field(() => Quantity, { nullable: true, description: 'How many recipients; null where what is told leaves more than one number open.' })
  count!: number | null;

  @Field(() => Quantity, { description: 'No fewer recipients than this.' })
  atLeast!: number;

  @Field(() => Quantity, { nullable: true, description: 'No more recipients than this; null where nothing told says how many at most.' })
  atMost!: number | null;

  @Field(() => DirectWorkers, { description: 'Of the named recipients.' })
  directWorkers!: DirectWorkers;
}

@ObjectType({ description: 'Awards of a unit, counted.' })
export class AwardTotals {
  of!: AwardTotalsArgs & { readonly unit: OrgUnit };
}

@ArgsType()
export class AwardTotalsArgs {
  @Field(() => AwardDirection, { description: 'Whose awards.' })
  direction!: AwardDirection;

  @Field(() => [AwardDimension], { nullable: true, description: 'By what to tell them apart; each once, else BAD_USER_INPUT.' })
  by?: AwardDimension[] | null;

  @Field(() => AwardFilter, { nullable: true, description: 'Conditions; all that are DECIDED or PRESENTED where left out.' })
  where?: AwardFilter | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

export const AwardBreachKind = defineEnum('AwardBreachKind', 'What is odd about awards, by the rules of commendation. None of it is refused.', {
  COMPREHENSIVE_AND_THEMATIC: 'One recipient has both a comprehensive and a thematic award of one level in one year. Phase reviews and ad hoc awards may come beside either.',
  FORM_ABOVE_ISSUER: 'The form is not one that units of this level give, such as a Bằng khen of a district. Bodies outside the unions are left aside.',
  TWO_FOR_ONE_ACHIEVEMENT: 'One recipient has two awards of one form from one issuer in one campaign and phase.',
});
export type AwardBreachKind = keyof typeof AwardBreachKind;

@ObjectType({ description: 'Something odd about an award, or about two.' })
export class AwardBreach {
  awardKey!: number;
  otherKey!: number | null;
  /** For cursors. */
  code!: string;
  otherCode!: string;

  @Field(() => AwardBreachKind, { description: 'What.' })
  kind!: AwardBreachKind;
}

export const AwardBreachConnection = connectionOf(() => AwardBreach, 'AwardBreach', 'what is odd about awards');

@ArgsType()
export class AwardBreachArgs extends PageArgs {
  @Field(() => AwardBreachKind, { nullable: true, description: 'Only this; left out: all.' })
  kind?: AwardBreachKind | null;

  @Field(() => Int, { nullable: true, description: 'Of awards of this year.' })
  year?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: BENEATH })
  beneath?: boolean | null;
}

@InputType({ description: 'Who gives an award: a unit, or a body by its name.' })
export class AwardIssuerInput {
  @Field(() => String, { nullable: true, description: 'Code of the unit. Either this or `name`.' })
  unit?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of a body outside the unions, or of a unit that the caller does not see; at most 500 characters.' })
  name?: string | null;

  @Field(() => UnionBody, { nullable: true, description: 'Which of the unit’s bodies.' })
  body?: UnionBody | null;
}

@InputType({ description: 'How many recipients of a kind.' })
export class RecipientCountInput {
  @Field(() => RecipientKind, { description: 'The kind; each once.' })
  kind!: RecipientKind;

  @Field(() => Int, { description: 'How many of them: 1 or more.' })
  count!: number;
}

@InputType({ description: 'A named recipient.' })
export class AwardRecipientInput {
  @Field(() => RecipientKind, { description: 'What is honoured.' })
  kind!: RecipientKind;

  @Field(() => String, { nullable: true, description: 'Code of the person, of an INDIVIDUAL.' })
  person?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the unit that is honoured, of a COLLECTIVE; of others, where they work or belong, where that is not the person’s unit.' })
  unit?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the work, of a WORK.' })
  work?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the initiative, of an INITIATIVE.' })
  initiative?: string | null;

  @Field(() => String, { nullable: true, description: 'Name as printed; takes the place of a code where there is none. At most 500 characters.' })
  name?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether an INDIVIDUAL works directly in production or service.' })
  directWorker?: boolean | null;
}

@InputType({ description: 'An award that is nominated, or a nomination said anew: what is left out is not told.' })
export class NominateAwardInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the award: a new one, or one that is NOMINATED. Left out: the server makes one.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit in whose subtree the recipients stand, of which the caller is a REPORTER.' })
  unit!: string;

  @Field(() => AwardForm, { description: 'Its form.' })
  form!: AwardForm;

  @Field(() => String, { nullable: true, description: 'Its form in Vietnamese; left out: as the form is mostly called. At most 200 characters.' })
  formVi?: string | null;

  @Field(() => String, { nullable: true, description: 'The title that is given; a TITLE has one. At most 500 characters.' })
  title?: string | null;

  @Field(() => OrgLevel, { nullable: true, description: 'The level of the title.' })
  titleLevel?: OrgLevel | null;

  @Field(() => AwardBasis, { nullable: true, description: 'What it looks at.' })
  basis?: AwardBasis | null;

  @Field(() => String, { nullable: true, description: 'What it is for; at most 2,000 characters.' })
  achievement?: string | null;

  @Field(() => [AwardIssuerInput], { description: 'Who is to give it: 1 to 20, in order.' })
  issuers!: AwardIssuerInput[];

  @Field(() => String, { nullable: true, description: 'Code of the campaign.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the campaign’s phase.' })
  phase?: string | null;

  @Field(() => ReportKind, { nullable: true, description: 'What kind of period it is for; goes with the days.' })
  periodKind?: ReportKind | null;

  @Field(() => DateScalar, { nullable: true, description: 'First day of the period; goes with the last. BAD_USER_INPUT unless a date.' })
  periodFrom?: unknown;

  @Field(() => DateScalar, { nullable: true, description: 'Last day of the period. BAD_USER_INPUT unless a date.' })
  periodTo?: unknown;

  @Field(() => Int, { nullable: true, description: 'How many recipients: 1 or more. Left out: as many as `countByKind` tells, else not told.' })
  count?: number | null;

  @Field(() => Qualifier, { nullable: true, description: 'How exactly that is told; EXACT where left out.' })
  qualifier?: Qualifier | null;

  @Field(() => [RecipientCountInput], { nullable: true, description: 'How many of which kind, as far as that is told.' })
  countByKind?: RecipientCountInput[] | null;

  @Field(() => Int, { nullable: true, description: 'Of how many it is a part: 10 of "one of 10".' })
  batchSize?: number | null;

  @Field(() => String, { nullable: true, description: 'Code of the award that holds these recipients, so that they are not counted twice.' })
  includedIn?: string | null;

  @Field(() => String, { nullable: true, description: 'Code of the award of which nobody tells whether it holds these recipients.' })
  maybeIncludedIn?: string | null;

  @Field(() => [AwardRecipientInput], { nullable: true, description: 'Recipients who are named: at most 500, and no more than there are. Each is the unit of the award or one beneath it by today’s tree, or belongs to such a unit.' })
  recipients?: AwardRecipientInput[] | null;
}

@InputType({ description: 'What every step of an award takes.' })
abstract class AwardStepInput extends ChangeInput {
  @Field(() => String, { description: 'Code of the award.' })
  code!: string;
}

@InputType({ description: 'An award that was reviewed.' })
export class ReviewAwardInput extends AwardStepInput {}

@InputType({ description: 'An award that is not given.' })
export class DeclineAwardInput extends AwardStepInput {
  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@InputType({ description: 'An award that was decided.' })
export class DecideAwardInput extends AwardStepInput {
  @Field(() => String, { description: 'Number of the decision: 1 to 100 characters.' })
  decisionNo!: string;

  @Field(() => DateScalar, { nullable: true, description: 'Day of the decision: today or before. Left out: today. BAD_USER_INPUT unless a date.' })
  decidedOn?: unknown;
}

@InputType({ description: 'An award that was presented.' })
export class PresentAwardInput extends AwardStepInput {
  @Field(() => DateScalar, { nullable: true, description: 'Day on which it was presented: not before the decision, today or before. Left out: today. BAD_USER_INPUT unless a date.' })
  presentedOn?: unknown;

  @Field(() => String, { nullable: true, description: 'Who presented it; at most 500 characters.' })
  presentedBy?: string | null;
}

@InputType({ description: 'An award that is taken back.' })
export class RevokeAwardInput extends AwardStepInput {
  @Field(() => String, { description: 'Why: 1 to 2,000 characters.' })
  reason!: string;
}

@ObjectType({ description: 'What a mutation of an award did.' })
export class AwardPayload extends CommandPayload {
  @Field(() => Award, { nullable: true, description: 'The award; as it is where expectedVersion is stale, else null where nothing was done.' })
  award!: Award | null;
}
