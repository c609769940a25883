import { Arg, Args, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { Campaign, CampaignPhase } from '../campaigns/campaign.type.js';
import { Indicator } from '../campaigns/indicator.type.js';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import type { Page } from '../shared/connections.js';
import { figureByKey, listFigures } from './figure.query.js';
import { Figure, FigureConnection, FigureListArgs } from './figure.type.js';
import { completionPercent } from './progress.rules.js';
import { TargetBasis } from './progress.type.js';

@Resolver(() => OrgUnit)
export class OrgUnitFigureResolver {
  @FieldResolver(() => FigureConnection, { description: 'Results that the unit itself stated, the latest day first.' })
  results(@Root() unit: OrgUnit, @Args(() => FigureListArgs) args: FigureListArgs, @Ctx() { reads }: Context): Promise<Page<Figure>> {
    return listFigures(reads, unit.key, 'RESULT', args);
  }

  @FieldResolver(() => FigureConnection, {
    description: 'Targets that the unit itself was given, registered or set, the latest decision first. Norms are in `norms`.',
  })
  targets(@Root() unit: OrgUnit, @Args(() => FigureListArgs) args: FigureListArgs, @Ctx() { reads }: Context): Promise<Page<Figure>> {
    return listFigures(reads, unit.key, 'TARGET', args);
  }
}

@Resolver(() => Figure)
export class FigureResolver {
  @FieldResolver(() => OrgUnit, { description: 'The unit of which it tells.' })
  unit(@Root() figure: Figure, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(figure.unitKey);
  }

  @FieldResolver(() => Campaign, { description: 'The campaign.' })
  async campaign(@Root() figure: Figure, @Ctx() context: Context): Promise<Campaign | undefined> {
    return (await context.progress.seriesSetOf(figure))?.campaign;
  }

  @FieldResolver(() => CampaignPhase, { nullable: true, description: 'The phase; null: the campaign as a whole.' })
  async phase(@Root() figure: Figure, @Ctx() context: Context): Promise<CampaignPhase | null | undefined> {
    return (await context.progress.seriesSetOf(figure))?.phase;
  }

  @FieldResolver(() => Indicator, { description: 'The indicator.' })
  async indicator(@Root() figure: Figure, @Ctx() context: Context): Promise<Indicator | undefined> {
    return (await context.progress.seriesSetOf(figure))?.indicator;
  }

  @FieldResolver(() => OrgUnit, {
    nullable: true,
    description: 'Of a target: the unit above that assigned it, or with which it is registered.',
  })
  counterpart(@Root() figure: Figure, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> | null {
    return figure.counterpartKey === null ? null : orgUnits.byKey(figure.counterpartKey);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Of a result: the unit’s result ÷ target × 100 on the figure’s day, computed as `Progress.completionPercent` is, beside the `statedPercent`. Null of a target.',
  })
  async completionPercent(
    @Root() figure: Figure,
    @Arg('basis', () => TargetBasis, {
      nullable: true,
      description: 'How the target came about; left out: the `statedBasis`, else ASSIGNED.',
    })
    basis: TargetBasis | null | undefined,
    @Ctx() context: Context,
  ): Promise<number | null> {
    if (figure.measure === 'TARGET') return null;
    const [unit, set] = await Promise.all([context.orgUnits.byKey(figure.unitKey), context.progress.seriesSetOf(figure)]);
    if (unit === null || set === null) return null;
    const progress = { set, unit, campaign: set.campaign, phase: set.phase, indicator: set.indicator, asOf: figure.asOf, published: null, knownAt: null };
    const against = basis ?? figure.statedBasis ?? 'ASSIGNED';
    const [result, target] = await Promise.all([context.progress.result(progress), context.progress.target(progress, against)]);
    return completionPercent(result, target);
  }

  @FieldResolver(() => Figure, { nullable: true, description: 'The approved figure whose place it takes, or is to take; null where it is no correction, or was imported.' })
  corrects(@Root() figure: Figure, @Ctx() { reads }: Context): Promise<Figure | null> | null {
    return figure.correctsKey === null ? null : reads.row(figureByKey, [figure.correctsKey]);
  }

  @FieldResolver(() => Figure, { nullable: true, description: 'The correction that took its place; null unless SUPERSEDED.' })
  supersededBy(@Root() figure: Figure, @Ctx() { reads }: Context): Promise<Figure | null> | null {
    return figure.supersededByKey === null ? null : reads.row(figureByKey, [figure.supersededByKey]);
  }
}
