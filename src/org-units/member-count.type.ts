import { ArgsType, Field, ObjectType } from 'type-graphql';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar, Quantity } from '../shared/scalars.js';
import { Qualifier } from './org-unit.type.js';

export const Counted = defineEnum('Counted', 'What a dated count of a unit counts.', {
  MEMBERS: 'Union members (đoàn viên).',
  WORKERS: 'Workers, public employees and labourers (CNVCLĐ), members or not.',
  UNIONS: 'Grassroots unions beneath it (CĐCS).',
});

@ObjectType({ description: 'How many members, workers or unions a unit had on a day. Counts are stated, never summed.' })
export class MemberCount {
  @Field(() => Counted, { description: 'What is counted.' })
  of!: keyof typeof Counted;

  @Field(() => DateScalar, { description: 'The day for which the number was stated.' })
  asOf!: Day;

  @Field(() => Quantity, { description: 'How many: people or unions.' })
  value!: string;

  @Field(() => Qualifier, { description: 'How exactly it was stated.' })
  qualifier!: Qualifier;

  @Field(() => String, { nullable: true, description: 'Where the number comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}

export const MemberCountConnection = connectionOf(() => MemberCount, 'MemberCount', 'dated counts');

@ArgsType()
export class MemberCountArgs extends PageArgs {
  @Field(() => Counted, { nullable: true, description: 'Counts of this only; of everything unless given.' })
  of?: keyof typeof Counted | null;
}
