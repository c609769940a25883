import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { OrgUnit } from '../org-units/org-unit.type.js';
import { dayBefore } from '../shared/dates.js';
import { themeOf, themesAbove } from './annual-theme.query.js';
import { saveAnnualTheme } from './annual-theme.service.js';
import { AnnualTheme, SaveAnnualThemeInput, SaveAnnualThemePayload } from './annual-theme.type.js';

const year = { description: 'The year.' };

@Resolver(() => AnnualTheme)
export class AnnualThemeResolver {
  @Mutation(() => SaveAnnualThemePayload, { description: 'Says which theme a unit has for a year, or says it otherwise. By a CAMPAIGN_MANAGER of the unit.' })
  saveAnnualTheme(@Arg('input', () => SaveAnnualThemeInput, { description: 'The theme.' }) input: SaveAnnualThemeInput, @Ctx() context: Context): Promise<SaveAnnualThemePayload> {
    return saveAnnualTheme(context, input);
  }

  @FieldResolver(() => OrgUnit, { description: 'The unit whose theme it is.' })
  unit(@Root() theme: AnnualTheme, @Ctx() { orgUnits }: Context): Promise<OrgUnit | null> {
    return orgUnits.byKey(theme.unitKey);
  }
}

@Resolver(() => OrgUnit)
export class OrgUnitThemeResolver {
  @FieldResolver(() => AnnualTheme, { nullable: true, description: 'Its theme for a year; null where none is known, and where the caller has the unit neither in scope nor above theirs.' })
  annualTheme(@Root() unit: OrgUnit, @Arg('year', () => Int, year) of: number, @Ctx() { reads }: Context): Promise<AnnualTheme | null> {
    return reads.row(themeOf, [unit.key, of]);
  }

  @FieldResolver(() => [AnnualTheme], {
    description: 'The themes for a year of the unit and of those above it, the root’s first, its own last, as far as they are known and the caller sees them: above it on the last day of the year, or today where that is earlier, or its own last day.',
  })
  annualThemes(@Root() unit: OrgUnit, @Arg('year', () => Int, year) of: number, @Ctx() { reads, today }: Context): Promise<AnnualTheme[]> | AnnualTheme[] {
    if (of < 1000 || of > 9999) return [];
    const days = [`${of}-12-31`, today, ...(unit.closedOn === null ? [] : [dayBefore(unit.closedOn)])];
    return reads.rows(themesAbove, [unit.key, of, days.sort()[0]!]);
  }
}
