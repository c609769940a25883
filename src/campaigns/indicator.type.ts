import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../shared/connections.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';

export const Aggregation = defineEnum('Aggregation', 'How the number of a unit follows from those beneath it.', {
  SUM: 'Added up along the tree.',
  RATIO: 'A percentage: total of the numerator ÷ total of the denominator × 100, to two places. Percentages are never added or averaged.',
  NONE: 'Not at all (ranks, scores): it shows at the unit that stated it.',
});

export const CountingStage = defineEnum('CountingStage', 'How far what an indicator counts has come; the same initiative is counted at each stage.', {
  REGISTERED: 'Registered (đăng ký).',
  UPLOADED: 'Entered in the software (cập nhật lên phần mềm).',
  UNDER_REVIEW: 'Being examined.',
  VALID: 'Found valid (hợp lệ).',
  RECOGNISED: 'Recognised (được công nhận).',
  APPLIED: 'Put to use (đã ứng dụng).',
});

@ObjectType({ implements: Node, description: 'What is counted in campaigns (chỉ số), such as valid initiatives.' })
export class Indicator implements Keyed {
  key!: number;
  numeratorKey!: number | null;
  denominatorKey!: number | null;

  @Field(() => String, { description: 'Code that names the indicator in arguments and imports, such as `initiatives.valid`. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English, where there is one.' })
  nameEn!: string | null;

  @Field(() => String, { description: 'In what it is counted, in Vietnamese: `sáng kiến`, `%`, `đồng`.' })
  unitOfMeasure!: string;

  @Field(() => Aggregation, { description: 'How the number of a unit follows from those beneath it.' })
  aggregation!: keyof typeof Aggregation;

  @Field(() => CountingStage, { nullable: true, description: 'At which stage things are counted; null where that is unknown or there are none.' })
  countingStage!: keyof typeof CountingStage | null;

  @Field(() => String, { nullable: true, description: 'Where what is said of the indicator comes from; null to callers without a scope.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it; null to callers without a scope.' })
  note!: string | null;
}

export const IndicatorConnection = connectionOf(() => Indicator, 'Indicator', 'indicators');
