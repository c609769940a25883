import type { ApolloServerPlugin } from '@apollo/server';
import { ApiError, RateLimited } from '../shared/errors.js';
import type { Context } from '../context.js';
import type { CostMeter } from './cost.service.js';

/** Charges each operation before it is started, and tells the cost in `extensions.cost` of every answer. */
export function costPlugin(meter: CostMeter): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ document, operation, request, contextValue: { allowance } }) {
          if (operation === undefined || operation === null || allowance === undefined) return;
          try {
            await allowance.spend(meter.of(document, operation, request.variables ?? {}));
          } catch (error) {
            throw error instanceof ApiError ? withStatus(error) : error;
          }
        },
        async willSendResponse({ contextValue: { allowance }, response: { body } }) {
          if (allowance === undefined || body.kind !== 'single') return;
          body.singleResult.extensions = { ...body.singleResult.extensions, cost: allowance.cost };
        },
      };
    },
  };
}

/** A query that was not started is no answer: 429 where it may be asked again later, else 400. */
function withStatus(error: ApiError): ApiError {
  error.extensions['http'] =
    error instanceof RateLimited ? { status: 429, headers: new Map([['retry-after', String(error.seconds)]]) } : { status: 400 };
  return error;
}
