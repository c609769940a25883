import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from '../shared/connections.js';
import { Node, type Keyed } from '../shared/node-id.js';
import { DateTime } from '../shared/scalars.js';

@ObjectType({ implements: Node, description: 'Something that was done to a unit, as the audit log has it. Entries are added, never changed.' })
export class AuditEntry implements Keyed {
  key!: string;
  unitKey!: number | null;

  @Field(() => DateTime, { description: 'When it was done.' })
  at!: string;

  @Field(() => String, { nullable: true, description: 'Who did it: the subject of their token; null: whoever runs the database.' })
  principal!: string | null;

  @Field(() => String, { description: 'What was done, in capitals, such as `PUBLISH_TOTAL`. Actions may be added.' })
  action!: string;

  before!: unknown;
  after!: unknown;

  @Field(() => String, { nullable: true, description: 'Id of the request that did it, as the server’s log has it; null: it was no request.' })
  requestId!: string | null;
}

export const AuditEntryConnection = connectionOf(() => AuditEntry, 'AuditEntry', 'entries of the audit log');
