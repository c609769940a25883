import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { DateScalar } from '../shared/scalars.js';

export const TaskKind = defineEnum('TaskKind', 'What the caller is to do.', {
  TO_SUBMIT: 'Write what is owed, or what is a draft, and hand it in.',
  TO_RESUBMIT: 'Mend what was returned, and hand it in again.',
  TO_APPROVE: 'Approve what was handed in, or return it.',
});
export type TaskKind = keyof typeof TaskKind;

@ObjectType({ description: 'Something that waits for the caller: a figure on its way, or a result that is owed and not begun.' })
export class Task {
  unitKey!: number;
  unitCode!: string;
  campaignKey!: number;
  indicatorKey!: number;
  indicatorCode!: string;
  /** 0 where there is none. */
  roundKey!: number;
  figureKey!: string;
  /** The last of days where there is none. */
  sortDay!: Day;

  @Field(() => TaskKind, { description: 'What is to be done.' })
  kind!: TaskKind;

  @Field(() => DateScalar, { nullable: true, description: 'By when the unit owes it; null without a round.' })
  dueOn!: Day | null;

  @Field(() => Boolean, { description: 'Whether that day is past.' })
  overdue!: boolean;
}

export const TaskConnection = connectionOf(() => Task, 'Task', 'tasks');

@InputType({ description: 'Which tasks to list: those that meet every condition given.' })
export class TaskFilter {
  @Field(() => TaskKind, { nullable: true, description: 'Of this kind.' })
  kind?: TaskKind | null;

  @Field(() => String, { nullable: true, description: 'Of the campaign of this code. An unknown code gives an empty list.' })
  campaign?: string | null;

  @Field(() => DateScalar, { nullable: true, description: 'Overdue on this day: due before it. BAD_USER_INPUT unless a date.' })
  overdueOn?: unknown;
}

@ArgsType()
export class TaskListArgs extends PageArgs {
  @Field(() => TaskFilter, { nullable: true, description: 'Conditions; all tasks where left out.' })
  where?: TaskFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether all units are meant that the caller reports for or approves for, anywhere beneath; else those on which they hold the role themselves and, for approvals, those directly beneath.',
  })
  beneath?: boolean | null;
}
