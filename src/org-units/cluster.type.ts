import { Field, Int, ObjectType } from 'type-graphql';
import { defineEnum } from '../shared/enums.js';
import { Node, type Keyed } from '../shared/node-id.js';

export const ClusterKind = defineEnum('ClusterKind', 'How a cluster is called.', {
  CLUSTER: 'Emulation cluster (cụm thi đua).',
  BLOC: 'Emulation bloc (khối thi đua).',
});

@ObjectType({
  implements: Node,
  description: 'Units that a federation groups for a year so that they compete with each other (cụm, khối thi đua).',
})
export class EmulationCluster implements Keyed {
  key!: number;
  ownerKey!: number;
  leadUnitKey!: number | null;

  @Field(() => String, { description: 'Code that names the cluster in imports. Never reused.' })
  code!: string;

  @Field(() => String, { description: 'Name in Vietnamese.' })
  name!: string;

  @Field(() => ClusterKind, { description: 'Cluster or bloc.' })
  kind!: keyof typeof ClusterKind;

  @Field(() => Int, { description: 'The year for which it is formed.' })
  year!: number;

  @Field(() => String, { nullable: true, description: 'Where this comes from.' })
  source!: string | null;

  @Field(() => String, { nullable: true, description: 'A remark of whoever entered it.' })
  note!: string | null;
}
