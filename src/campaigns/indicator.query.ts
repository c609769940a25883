import { IS_MEMBER } from '../access/row-scope.js';
import type { Order } from '../shared/connections.js';
import { keyedQuery } from '../shared/database/reads.js';
import type { Indicator } from './indicator.type.js';

/** Of `indicator i`. */
export const INDICATOR_COLUMNS = `i.id as key, i.code, i.name, i.name_en as "nameEn", i.unit_of_measure as "unitOfMeasure", i.aggregation,
  i.numerator_id as "numeratorKey", i.denominator_id as "denominatorKey", i.counting_stage as "countingStage", case when ${IS_MEMBER} then i.source end as source, case when ${IS_MEMBER} then i.note end as note`;

export const indicatorByCode = keyedQuery<Indicator>(['text'], `select ${INDICATOR_COLUMNS} from indicator i where i.code = k.p0`);
export const indicatorByKey = keyedQuery<Indicator>(['int'], `select ${INDICATOR_COLUMNS} from indicator i where i.id = k.p0`);

export const indicatorsByCode: Order<Indicator> = {
  name: 'indicator.code',
  keys: [{ sql: 'i.code', type: 'text', of: ({ code }) => code }],
};
