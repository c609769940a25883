import { ArgsType, Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf, PageArgs } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateScalar } from '../shared/scalars.js';

export const OrgLevel = defineEnum('OrgLevel', 'The four levels of the trade unions, and what a grassroots union may have beneath it.', {
  NATIONAL: 'Tổng Liên đoàn Lao động Việt Nam: the root of the tree.',
  PROVINCIAL: 'A federation of a province or city, a central sectoral union, or what is equal to them.',
  UPPER_GRASSROOTS: 'Directly above the grassroots (công đoàn cấp trên trực tiếp cơ sở): districts, zones, communes, local sectors.',
  GRASSROOTS: 'A grassroots union (công đoàn cơ sở).',
  SUB_GRASSROOTS: 'A member or section of a grassroots union.',
});
export type OrgLevel = keyof typeof OrgLevel;

export const OrgUnitKind = defineEnum('OrgUnitKind', 'What a unit is; several kinds stand on one level.', {
  CONFEDERATION: 'Tổng Liên đoàn Lao động Việt Nam.',
  PROVINCIAL_FEDERATION: 'Federation of labour of a province or city (LĐLĐ tỉnh, thành phố).',
  CENTRAL_SECTORAL_UNION: 'Central sectoral union (công đoàn ngành trung ương), on the provincial level.',
  VGCL_CORPORATION_UNION: 'Union of an economic group or corporation directly under the confederation, on the provincial level.',
  DISTRICT_FEDERATION: 'Federation of labour of a district or town (LĐLĐ quận, huyện, thị xã), until July 2025.',
  LOCAL_SECTORAL_UNION: 'Sectoral union of a province (công đoàn ngành địa phương).',
  ZONE_UNION: 'Union of industrial, export-processing or economic zones.',
  COMMUNE_UNION: 'Union of a commune, ward or special zone, since July 2025.',
  GRASSROOTS_UNION: 'Grassroots union (công đoàn cơ sở).',
  GRASSROOTS_SYNDICATE: 'Union of people who work without an employer (nghiệp đoàn cơ sở).',
  SECTIONAL_UNION: 'Section of a grassroots union (công đoàn bộ phận), or a member grassroots union.',
});
export type OrgUnitKind = keyof typeof OrgUnitKind;

export const Sector = defineEnum('Sector', 'The sector (khối) that a unit works in.', {
  BUSINESS: 'Production and business (sản xuất kinh doanh).',
  ADMIN_PUBLIC_SERVICE: 'Administration and public service (hành chính sự nghiệp).',
  EDUCATION: 'Schools and education.',
  OTHER: 'None of the others.',
});

export const Ownership = defineEnum('Ownership', 'Who owns the establishment in which a unit is.', {
  STATE: 'The state.',
  NON_STATE: 'Vietnamese owners other than the state.',
  FDI: 'Foreign investors.',
});

export const Qualifier = defineEnum('Qualifier', 'How exactly a number was stated, or is known.', {
  EXACT: 'The number itself.',
  MORE_THAN: 'Over, above (trên, hơn). A sum with such a part, and nothing looser, is MORE_THAN too.',
  AT_LEAST: 'The number or more (ít nhất).',
  NEARLY: 'Just below (gần).',
  ABOUT: 'Around (khoảng). A sum with a NEARLY or ABOUT part is ABOUT.',
});
export type Qualifier = keyof typeof Qualifier;

@ObjectType({
  implements: Node,
  description:
    'A trade union or federation: one place in the tree. It stands under one parent at a time; parents change on a date and the past stays as it was.',
})
export class OrgUnit implements Keyed {
  key!: number;
  successorKey!: number | null;
  /** Whether it is the caller's to read; else it is seen because it stands above, or was published. */
  inScope!: boolean;

  @Field(() => String, { description: 'Code that names the unit in arguments and imports, such as `D272`. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese, as the unit writes it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name in English, where there is one.' })
  nameEn!: string | null;

  @Field(() => [String], { description: 'Other names and spellings by which the unit is found.' })
  aliases!: string[];

  @Field(() => OrgLevel, { description: 'Its level.' })
  level!: OrgLevel;

  @Field(() => OrgUnitKind, { description: 'What it is.' })
  kind!: OrgUnitKind;

  @Field(() => Sector, { nullable: true, description: 'Its sector; null where unknown or none.' })
  sector!: keyof typeof Sector | null;

  @Field(() => Ownership, { nullable: true, description: 'Who owns its establishment; null where unknown or none.' })
  ownership!: keyof typeof Ownership | null;

  @Field(() => DateScalar, { description: 'First day on which the unit is active.' })
  validFrom!: Day;

  @Field(() => DateScalar, { nullable: true, description: 'First day on which it is no longer active; null while it is open.' })
  closedOn!: Day | null;

  @Field(() => String, { nullable: true, description: 'Where what is said of the unit comes from; null outside the caller’s scope.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it; null outside the caller’s scope.' })
  note!: string | null;
}

export const OrgUnitConnection = connectionOf(() => OrgUnit, 'OrgUnit', 'units');

export const OrgUnitOrder = defineEnum('OrgUnitOrder', 'Orders of a list of units.', {
  CODE: 'By code, letter by letter.',
  NAME: 'By name, in the order of the Vietnamese alphabet, then by code.',
});

@InputType({ description: 'Which units to list: those that meet every condition given.' })
export class OrgUnitFilter {
  @Field(() => OrgLevel, { nullable: true, description: 'On this level.' })
  level?: OrgLevel | null;

  @Field(() => OrgUnitKind, { nullable: true, description: 'Of this kind.' })
  kind?: OrgUnitKind | null;

  @Field(() => Sector, { nullable: true, description: 'Of this sector.' })
  sector?: keyof typeof Sector | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Code of a unit: it and everything beneath it in today’s tree, in which a closed unit stands beneath its successor. A code that is unknown, or of a unit that the caller does not see, gives an empty list.',
  })
  within?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Words that all occur in code, name, English name or aliases, without regard to case, accents, quotes and dashes: `phuc tho` finds Phúc Thọ, `hoá` equals `hóa`, `dong da` finds Đống Đa. At most 100 characters, else BAD_USER_INPUT.',
  })
  search?: string | null;
}

@ArgsType()
export class OrgUnitListArgs extends PageArgs {
  @Field(() => OrgUnitFilter, { nullable: true, description: 'Conditions; all units that the caller sees where left out.' })
  where?: OrgUnitFilter | null;

  @Field(() => OrgUnitOrder, { nullable: true, description: 'The order, by CODE unless given. A cursor holds for its own order only.' })
  orderBy?: keyof typeof OrgUnitOrder | null;
}

@ArgsType()
export class ChildrenArgs extends OrgUnitListArgs {
  @Field(() => DateScalar, {
    nullable: true,
    description: 'The day; today in Việt Nam unless given, and of a closed unit its last day. BAD_USER_INPUT unless a date.',
  })
  asOf?: unknown;
}

/** What the argument `beneath` says, of lists and totals of what units have. */
export const BENEATH = 'Whether those of the units beneath count too, by today’s tree, in which a closed unit stands beneath its successor; true unless given.';
