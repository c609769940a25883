import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { Json } from '../shared/scalars.js';
import { listAudit } from './audit.query.js';
import { shown } from './audit.rules.js';
import { AuditEntry, AuditEntryConnection } from './audit.type.js';

@Resolver(() => AuditEntry)
export class AuditResolver {
  @Query(() => AuditEntryConnection, {
    description:
      'What was done to a unit in the caller’s scope, the latest first; empty for any other unit, and for an unknown one. What was done to grants and API keys is for ADMINs of the unit. Takes a grant from VIEWER on.',
  })
  auditTrail(
    @Arg('unit', () => String, { description: 'Code of the unit.' }) unit: string,
    @Arg('beneath', () => Boolean, { nullable: true, defaultValue: false, description: 'Whether the units beneath it in today’s tree are meant too.' }) beneath: boolean | null,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { reads }: Context,
  ): Promise<Page<AuditEntry>> {
    return listAudit(reads, unit, beneath === true, args);
  }

  @FieldResolver(() => Json, { nullable: true, description: 'What it was before, as far as it changed; its fields follow from the action. Null where there was nothing.' })
  before(@Root() { action, before }: AuditEntry, @Ctx() { reads }: Context): unknown {
    return shown(action, before, reads.ids);
  }

  @FieldResolver(() => Json, { nullable: true, description: 'What it was afterwards; its fields follow from the action. Null where nothing is left.' })
  after(@Root() { action, after }: AuditEntry, @Ctx() { reads }: Context): unknown {
    return shown(action, after, reads.ids);
  }
}
