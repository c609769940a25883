import { IS_MEMBER } from '../access/row-scope.js';
import type { Order } from '../shared/connections.js';
import { keyedQuery } from '../shared/database/reads.js';
import type { Indicator } from './indicator.type.js';

/** Of `indicator i`. */
export const INDICATOR_COLUMNS = `i.id as key, i.code, i.name, i.name_en as "nameEn", i.unit_of_measure as "unitOfMeasure", i.aggregation,
  i.numerator_id as "numeratorKey", i.denominator_id as "denominatorKey", i.counting_stage as "countingStage", case when ${IS_MEMBER} then i.source end as source, case when ${IS_MEMBER} then i.note end as note`;

export const indicatorByCode = keyedQuery<Indicator>(['text'], `select ${INDICATOR_COLUMNS} from indicator i where i.code = k.p0`);
export const indicatorByKey = keyedQuery<Indicator>(['int'], `select ${INDICATOR_COLUMNS} from indicator i where i.id = k.p0`);

/** What a campaign is said to count. */
export const indicatorsOf = keyedQuery<Indicator>(
  ['int'],
  `select ${INDICATOR_COLUMNS} from campaign_indicator ci join indicator i on i.id = ci.indicator_id where ci.campaign_id = k.p0 order by i.code`,
);

/**
 * Whether an indicator is of a campaign, as a condition on two columns or parameters: the campaign is said to count it,
 * or a ratio of which it is a part; or it says nothing of the kind; or something was stated of it there.
 */
export const isOfCampaign = (indicator: string, campaign: string): string => `(
  exists (select from campaign_indicator ci join indicator li on li.id = ci.indicator_id where ci.campaign_id = ${campaign} and ${indicator} in (li.id, li.numerator_id, li.denominator_id))
  or not exists (select from campaign_indicator ci where ci.campaign_id = ${campaign})
  or exists (select from series os where os.campaign_id = ${campaign} and os.indicator_id = ${indicator}))`;

export const indicatorsByCode: Order<Indicator> = {
  name: 'indicator.code',
  keys: [{ sql: 'i.code', type: 'text', of: ({ code }) => code }],
};
