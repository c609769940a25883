import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { Qualifier } from '../org-units/org-unit.type.js';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';

export const NormPer = defineEnum('NormPer', 'What a norm is counted by.', {
  MEMBER: 'Each union member.',
  UNION: 'Each grassroots union.',
});

@ObjectType({
  description: 'A target set as so much per member or union of a unit (“mỗi … ít nhất 1 …”). What it comes to is `Progress.target(basis: NORM)`.',
})
export class Norm {
  key!: number;
  unitKey!: number;
  campaignCode!: string;
  phaseCode!: string | null;
  indicatorCode!: string;
  counterpartKey!: number | null;

  @Field(() => DateScalar, { description: 'Day of the decision, from which it holds until the next.' })
  decidedOn!: Day;

  @Field(() => Quantity, { description: 'How much for each, in the indicator’s unit of measure.' })
  value!: string;

  @Field(() => NormPer, { description: 'For each what.' })
  per!: keyof typeof NormPer;

  @Field(() => Qualifier, { description: 'How exactly it was stated.' })
  qualifier!: Qualifier;

  @Field(() => String, { nullable: true, description: 'Where the norm comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

export const NormConnection = connectionOf(() => Norm, 'Norm', 'norms');

@InputType({ description: 'Which norms to list: those that meet every condition given. An unknown code gives an empty list.' })
export class NormFilter {
  @Field(() => String, { nullable: true, description: 'Of the campaign of this code.' })
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'Of a phase of this code.' })
  phase?: string | null;

  @Field(() => String, { nullable: true, description: 'Of the indicator of this code.' })
  indicator?: string | null;
}

@ArgsType()
export class NormListArgs extends PageArgs {
  @Field(() => NormFilter, { nullable: true, description: 'Conditions; all norms where left out.' })
  where?: NormFilter | null;
}
