import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { isCode } from '../shared/codes.js';
import { PageArgs, type Page } from '../shared/connections.js';
import { rootPage } from '../shared/database/listing.js';
import { INDICATOR_COLUMNS, indicatorByCode, indicatorByKey, indicatorsByCode } from './indicator.query.js';
import { Indicator, IndicatorConnection } from './indicator.type.js';

@Resolver(() => Indicator)
export class IndicatorResolver {
  @Query(() => Indicator, { nullable: true, description: 'The indicator of a code; null where there is none, or none that the caller sees.' })
  indicator(
    @Arg('code', () => String, { description: 'The indicator’s code, such as `initiatives.valid`.' }) code: string,
    @Ctx() { reads }: Context,
  ): Promise<Indicator | null> | null {
    return isCode(code) ? reads.row(indicatorByCode, [code]) : null;
  }

  @Query(() => IndicatorConnection, { description: 'All indicators that the caller sees, by code.' })
  indicators(@Args(() => PageArgs) args: PageArgs, @Ctx() { reads }: Context): Promise<Page<Indicator>> {
    return rootPage(reads, args, () => ({
      columns: INDICATOR_COLUMNS,
      source: 'from indicator i',
      within: [],
      where: [],
      order: indicatorsByCode,
    }));
  }

  @FieldResolver(() => Indicator, { nullable: true, description: 'Of a RATIO with known parts: what is divided; null where the caller does not see it.' })
  numerator(@Root() indicator: Indicator, @Ctx() { reads }: Context): Promise<Indicator | null> | null {
    return indicator.numeratorKey === null ? null : reads.row(indicatorByKey, [indicator.numeratorKey]);
  }

  @FieldResolver(() => Indicator, { nullable: true, description: 'Of a RATIO with known parts: what it is divided by; null where the caller does not see it.' })
  denominator(@Root() indicator: Indicator, @Ctx() { reads }: Context): Promise<Indicator | null> | null {
    return indicator.denominatorKey === null ? null : reads.row(indicatorByKey, [indicator.denominatorKey]);
  }
}
