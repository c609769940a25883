import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { CommandPayload, MaybeChangeInput } from '../shared/mutation.type.js';
import { connectionOf } from '../shared/connections.js';
import type { Day } from '../shared/dates.js';
import { DateScalar, DateTime } from '../shared/scalars.js';

@ObjectType({ description: 'An API key of a partner: it reads what was published to partners, where it holds the role PARTNER. The secret is kept nowhere.' })
export class ApiKey {
  unitKey!: number;

  @Field(() => String, { description: 'The public part of the key, `ldk_<keyId>_…`, by which a leaked one is found.' })
  keyId!: string;

  @Field(() => String, { description: 'Who it is for, as its maker wrote.' })
  name!: string;

  @Field(() => String, { description: 'The principal of its grants: `key:<keyId>`.' })
  principal!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => String, { nullable: true, description: 'Who made it; null: whoever runs the database.' })
  createdBy!: string | null;

  @Field(() => DateScalar, { description: 'The last day on which it is taken.' })
  expiresOn!: Day;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it was not.' })
  revokedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who revoked it; null: nobody, or whoever runs the database.' })
  revokedBy!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last used, to the minute; null: never.' })
  lastUsedAt!: string | null;

  @Field(() => Int, { description: 'Counts its changes; mutations take it as `expectedVersion`.' })
  version!: number;
}

export const ApiKeyConnection = connectionOf(() => ApiKey, 'ApiKey', 'API keys');

@InputType({ description: 'An API key to be made.' })
export class CreateApiKeyInput extends MaybeChangeInput {
  @Field(() => String, { description: 'Code of the unit whose ADMINs manage the key, the caller among them. The key reads what is published to partners in that unit and beneath it.' })
  unit!: string;

  @Field(() => String, { description: 'Who it is for: 1 to 200 characters.' })
  name!: string;

  @Field(() => DateScalar, { description: 'The last day on which it is taken, at most two years ahead.' })
  expiresOn!: unknown;
}

@ObjectType({ description: 'What `createApiKey` did.' })
export class CreateApiKeyPayload extends CommandPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The new key; null where nothing was done.' })
  apiKey!: ApiKey | null;

  @Field(() => String, { nullable: true, description: 'The key itself, to be sent as a bearer token. Shown this once; null where nothing was done, and where this is the first answer again.' })
  secret!: string | null;
}

@InputType({ description: 'An API key to be ended.' })
export class RevokeApiKeyInput extends MaybeChangeInput {
  @Field(() => String, { description: 'Its `keyId`; the caller is an ADMIN of its unit.' })
  keyId!: string;
}

@ObjectType({ description: 'What `revokeApiKey` did.' })
export class RevokeApiKeyPayload extends CommandPayload {
  @Field(() => ApiKey, { nullable: true, description: 'The key, revoked now or before; null where nothing was done.' })
  apiKey!: ApiKey | null;
}
