import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Viewer } from '../access/viewer.resolver.js';
import { campaignByKey } from '../campaigns/campaign.query.js';
import { Campaign } from '../campaigns/campaign.type.js';
import { indicatorByKey } from '../campaigns/indicator.query.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { figureByKey } from '../ledger/figure.query.js';
import { Figure } from '../ledger/figure.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import type { Page } from '../shared/connections.js';
import { roundByKey } from './reporting.query.js';
import { ReportingRound } from './reporting.type.js';
import { listTasks } from './task.query.js';
import { Task, TaskConnection, TaskListArgs } from './task.type.js';

@Resolver(() => Viewer)
export class ViewerTaskResolver {
  @FieldResolver(() => TaskConnection, {
    description:
      'What waits for the caller, what is due first before all else, then by unit and indicator; what has no due date comes last. To a REPORTER of a unit: what it owes in reporting rounds whose period has begun, and its figures that are drafts or were returned. To an APPROVER: results and registered targets that were handed in, of the units directly beneath (of a root, its own too), but not what they handed in themselves.',
  })
  tasks(@Args(() => TaskListArgs) args: TaskListArgs, @Ctx() { reads, today }: Context): Promise<Page<Task>> {
    return listTasks(reads, today, args);
  }
}

@Resolver(() => Task)
export class TaskResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit whose figure it is, or that owes it.' })
  unit(@Root() task: Task, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(task.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  campaign(@Root() task: Task, @Ctx() { reads }: Context): Promise<Campaign | null> {
    return reads.row(campaignByKey, [task.campaignKey]);
  }

  @FieldResolver(() => Indicator, { description: 'The indicator.' })
  indicator(@Root() task: Task, @Ctx() { reads }: Context): Promise<Indicator | null> {
    return reads.row(indicatorByKey, [task.indicatorKey]);
  }

  @FieldResolver(() => ReportingRound, { nullable: true, description: 'The round in which it is owed, of several the one that is due first; null where it is owed in none, or is handed in there already.' })
  round(@Root() task: Task, @Ctx() { reads }: Context): Promise<ReportingRound | null> | null {
    return task.roundKey === 0 ? null : reads.row(roundByKey, [task.roundKey]);
  }

  @FieldResolver(() => Figure, { nullable: true, description: 'The figure; null where nothing is written yet.' })
  figure(@Root() task: Task, @Ctx() { reads }: Context): Promise<Figure | null> | null {
    return task.figureKey === '0' ? null : reads.row(figureByKey, [task.figureKey]);
  }
}
