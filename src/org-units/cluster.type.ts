import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Annotated, AnnotatedInput } from '../shared/annotated.type.js';
import { defineEnum } from '../shared/enums.js';
import { CommandPayload } from '../shared/mutation.type.js';
import { Node, type Keyed } from '../shared/node-id.js';

export const ClusterKind = defineEnum('ClusterKind', 'How a cluster is called.', {
  CLUSTER: 'Emulation cluster (cụm thi đua).',
  BLOC: 'Emulation bloc (khối thi đua).',
});

@ObjectType({
  implements: Node,
  description: 'Units that a federation groups for a year so that they compete with each other (cụm, khối thi đua).',
})
export class EmulationCluster extends Annotated implements Keyed {
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
}

@InputType({ description: 'A cluster as it is to be. What is left out is empty, also where it was not.' })
export class SaveClusterInput extends AnnotatedInput {
  @Field(() => String, { nullable: true, description: 'Code of the cluster, new or known: 1 to 64 letters (A to Z), digits, `.`, `_` or `-`, starting with a letter or digit. Left out: a new one, whose code is made.' })
  code?: string | null;

  @Field(() => String, { description: 'Code of the unit that forms it, of which the caller is an ADMIN. It stays.' })
  owner!: string;

  @Field(() => String, { description: 'Name in Vietnamese, 1 to 500 characters.' })
  name!: string;

  @Field(() => ClusterKind, { description: 'Cluster or bloc. It stays.' })
  kind!: keyof typeof ClusterKind;

  @Field(() => Int, { description: 'The year for which it is formed: 1900 to 2999. It stays: another year, another cluster.' })
  year!: number;

  @Field(() => [String], { description: 'Codes of its members, 1 to 1,000, each once: units that stand directly under the owner on some day of the year, and in no other of its clusters (or blocs) of that year. Members that the caller does not see stay.' })
  members!: string[];

  @Field(() => String, { nullable: true, description: 'Code of the member that leads it.' })
  leadUnit?: string | null;
}

@ObjectType({ description: 'What `saveCluster` did.' })
export class SaveClusterPayload extends CommandPayload {
  @Field(() => EmulationCluster, { nullable: true, description: 'The cluster as it is now, also where the version was not the expected one; null where there is none to show.' })
  cluster!: EmulationCluster | null;
}
