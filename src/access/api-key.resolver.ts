import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { createApiKey, revokeApiKey } from './api-key.service.js';
import { CreateApiKeyInput, CreateApiKeyPayload, RevokeApiKeyInput, RevokeApiKeyPayload } from './api-key.type.js';

@Resolver()
export class ApiKeyResolver {
  @Mutation(() => CreateApiKeyPayload, {
    description: 'Makes an API key for a partner, of a unit of which the caller is an ADMIN. It holds PARTNER on that unit; ADMINs of other units may grant it PARTNER on theirs.',
  })
  createApiKey(@Arg('input', () => CreateApiKeyInput, { description: 'The key to be made.' }) input: CreateApiKeyInput, @Ctx() context: Context): Promise<CreateApiKeyPayload> {
    return createApiKey(context, input);
  }

  @Mutation(() => RevokeApiKeyPayload, { description: 'Ends an API key at once. The caller is an ADMIN of its unit.' })
  revokeApiKey(@Arg('input', () => RevokeApiKeyInput, { description: 'The key to be ended.' }) input: RevokeApiKeyInput, @Ctx() context: Context): Promise<RevokeApiKeyPayload> {
    return revokeApiKey(context, input);
  }
}
