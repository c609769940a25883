import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { phaseByKey } from '../campaigns/campaign.query.js';
import { CampaignPhase } from '../campaigns/campaign.type.js';
import type { Context } from '../context.js';
import type { Measure } from '../ledger/progress.query.js';
import { fromScaled, toScaled } from '../ledger/progress.rules.js';
import { Progress } from '../ledger/progress.type.js';
import { clusterByKey } from '../org-units/cluster.query.js';
import { EmulationCluster } from '../org-units/cluster.type.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { Page, PageArgs, parsePage, type Order } from '../shared/connections.js';
import { partsOf } from './breakdown.query.js';
import { Breakdown, BreakdownBy, BreakdownMeasure, BreakdownPart, BreakdownPartConnection } from './breakdown.type.js';

const inOrder: Order<BreakdownPart> = {
  name: 'breakdown',
  keys: [
    { sql: 'rank', type: 'text', of: ({ rank }) => rank },
    { sql: 'key', type: 'text', of: ({ key }) => key ?? '' },
  ],
};

@Resolver(() => Progress)
export class ProgressBreakdownResolver {
  @FieldResolver(() => Breakdown, {
    nullable: true,
    description:
      'The result or a target taken apart, as of the day; with `knownAt`, as it was known then, by the tree as it was known then. Null of a RATIO or NONE indicator, whose numbers do not add up (take its numerator and denominator apart), outside the caller’s scope, and by PHASE where the progress is that of a phase.',
  })
  async breakdown(
    @Root() progress: Progress,
    @Arg('by', () => BreakdownBy, { description: 'What it is taken apart by.' }) by: BreakdownBy,
    @Arg('measure', () => BreakdownMeasure, { nullable: true, defaultValue: 'RESULT', description: 'Which total.' }) asked: Measure | null,
    @Ctx() context: Context,
  ): Promise<Breakdown | null> {
    const { published, indicator, phase } = progress;
    if (published !== null || indicator.aggregation !== 'SUM' || (by === 'PHASE' && phase !== null)) return null;
    const measure = asked ?? 'RESULT';
    const [rows, { own }] = await Promise.all([partsOf(context.reads, progress, by, measure), context.progress.reading(progress, measure)]);
    const total = own?.total == null ? null : toScaled(own.total);
    const remainder = total === null ? null : rows.reduce((rest, { value }) => (value === null ? rest : rest - toScaled(value)), total);
    return {
      by,
      measure,
      total: total === null ? null : fromScaled(total),
      remainder: remainder === null ? null : fromScaled(remainder),
      parts: rows.map((row) => ({ ...row, by })),
    };
  }
}

@Resolver(() => Breakdown)
export class BreakdownResolver {
  @FieldResolver(() => BreakdownPartConnection, {
    description: 'The parts: units and clusters by code, phases in the order in which they begin, values in the order of their enum; the one without a key last. A page at a time: those of the page do not add up to the total where there are more.',
  })
  parts(@Root() breakdown: Breakdown, @Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Page<BreakdownPart> {
    const request = parsePage(args, inOrder, reads.ids);
    const [rank = '', key = ''] = request.after ?? [];
    const following = request.after === null ? breakdown.parts : breakdown.parts.filter((part) => part.rank > rank || (part.rank === rank && (part.key ?? '') > key));
    return new Page(following.slice(0, request.first + 1), request, inOrder, reads.ids, () => Promise.resolve(breakdown.parts.length));
  }
}

@Resolver(() => BreakdownPart)
export class BreakdownPartResolver {
  @FieldResolver(() => OrgUnit, { nullable: true, description: 'The unit that the part is, of CHILD.' })
  unit(@Root() { by, ref }: BreakdownPart, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return by === 'CHILD' && ref !== null ? orgUnits.byKey(ref) : null;
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase that the part is, of PHASE.' })
  phase(@Root() { by, ref }: BreakdownPart, @Ctx() { reads }: Context): Promise<CampaignPhase | null> | null {
    return by === 'PHASE' && ref !== null ? reads.row(phaseByKey, [ref]) : null;
  }

  @FieldResolver(() => EmulationCluster, { nullable: true, description: 'The cluster or bloc that the part is, of CLUSTER and BLOC.' })
  cluster(@Root() { by, ref }: BreakdownPart, @Ctx() { reads }: Context): Promise<EmulationCluster | null> | null {
    return (by === 'CLUSTER' || by === 'BLOC') && ref !== null ? reads.row(clusterByKey, [ref]) : null;
  }
}
