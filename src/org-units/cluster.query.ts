import { keyedQuery } from '../shared/database/reads.js';
import type { EmulationCluster } from './cluster.type.js';

/** Of `emulation_cluster c`. */
export const CLUSTER_COLUMNS = `c.id as key, c.code, c.name, c.kind, c.year, c.owner_id as "ownerKey", c.lead_unit_id as "leadUnitKey", c.source, c.note, c.version`;
const ORDER = 'order by c.year desc, c.code';

export const clusterByKey = keyedQuery<EmulationCluster>(['int'], `select ${CLUSTER_COLUMNS} from emulation_cluster c where c.id = k.p0`);
export const clusterByCode = keyedQuery<EmulationCluster>(['text'], `select ${CLUSTER_COLUMNS} from emulation_cluster c where c.code = k.p0`);
/** Of a unit and a year, or all years. */
export const clustersOf = keyedQuery<EmulationCluster>(
  ['int', 'int'],
  `select ${CLUSTER_COLUMNS} from emulation_cluster_member m join emulation_cluster c on c.id = m.cluster_id
   where m.unit_id = k.p0 and (k.p1 is null or c.year = k.p1) ${ORDER}`,
);
export const clustersOwnedBy = keyedQuery<EmulationCluster>(
  ['int', 'int'],
  `select ${CLUSTER_COLUMNS} from emulation_cluster c where c.owner_id = k.p0 and (k.p1 is null or c.year = k.p1) ${ORDER}`,
);
