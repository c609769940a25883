import { Arg, Resolver, Root, Subscription, type SubscribeResolverData } from 'type-graphql';
import type { Context } from '../context.js';
import { watchProgress } from './progress-change.service.js';
import { ProgressChange } from './progress-change.type.js';

@Resolver()
export class ProgressChangeResolver {
  @Subscription(() => ProgressChange, {
    subscribe: ({ args, context }: SubscribeResolverData<unknown, { unit: string; campaign: string }, Context>) => watchProgress(context, args.unit, args.campaign),
    description:
      'Tells whenever results or targets of a unit, or of units beneath it, have changed its progress in a campaign; the first event comes at once and is empty. By SSE at `/graphql/stream`, or by WebSocket (graphql-transport-ws) at `/graphql`. BAD_USER_INPUT where the unit is not in the caller’s scope or the campaign is not seen, also when that comes to be so later.',
  })
  progressChanged(
    @Root() change: ProgressChange,
    @Arg('unit', () => String, { description: 'Code of the unit.' }) _unit: string,
    @Arg('campaign', () => String, { description: 'Code of the campaign.' }) _campaign: string,
  ): ProgressChange {
    return change;
  }
}
