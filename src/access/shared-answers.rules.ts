import { TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';

const ALL = null;

/**
 * Fields whose answer is the same for all whose grants reach the same: it depends on the scope and on the day, and not on
 * who asks or on the hour. By type; null: all of its fields. What stands nowhere here is worked out for each caller.
 */
const shared: Readonly<Record<string, ReadonlySet<string> | null>> = {
  Query: new Set(['orgUnit', 'orgUnits', 'campaign', 'campaigns', 'indicator', 'indicators', 'region', 'regions']),
  OrgUnit: new Set([
    'id', 'code', 'name', 'nameEn', 'aliases', 'level', 'kind', 'sector', 'ownership', 'validFrom', 'closedOn', 'source', 'note', 'parent', 'ancestors', 'children', 'successor', 'predecessors', 'regions', 'campaigns',
    'progress', 'scorecard', 'series', 'ranking', 'rank',
  ]),
  Campaign: new Set([
    'id', 'code', 'name', 'nameEn', 'aliases', 'kind', 'cadence', 'externalLauncher', 'launchingBody', 'status', 'launchedOn', 'closedOn', 'startsOn', 'startsOnPrecision', 'endsOn', 'endsOnPrecision', 'theme', 'objective',
    'content', 'measures', 'audience', 'sectors', 'occasions', 'publishesRanks', 'source', 'note', 'launchedBy', 'phases', 'indicators', 'implements', 'implementedBy', 'linkedCampaigns', 'precededBy',
  ]),
  ...Object.fromEntries(
    [
      'CampaignPhase', 'Indicator', 'Region', 'Progress', 'Total', 'Coverage', 'Breakdown', 'BreakdownPart', 'Ranking', 'RankingEntry', 'Rank', 'PageInfo',
      ...['OrgUnit', 'Campaign', 'Indicator', 'Region', 'RankingEntry', 'BreakdownPart'].flatMap((name) => [`${name}Connection`, `${name}Edge`]),
    ].map((type) => [type, ALL]),
  ),
};

/** Whether a document asks for such fields alone. Of a moment that is told by the clock, nothing is kept. */
export function isShared(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let all = true;
  visit(document, visitWithTypeInfo(types, {
    Field: ({ name, arguments: given }) => {
      const type = types.getParentType()?.name;
      const fields = type === undefined ? undefined : shared[type];
      const isOne = name.value === '__typename' || fields === ALL || fields?.has(name.value) === true;
      if (!isOne || given?.some((argument) => argument.name.value === 'knownAt')) all = false;
    },
  }));
  return all;
}
