import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';

/** Headers that keep browsers from doing more with an answer than reading it. The explorer has a policy of its own. */
export function registerSecurityHeaders(app: FastifyInstance): void {
  const headers = headersOf({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] } },
    referrerPolicy: { policy: 'no-referrer' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: false,
    // Of pages, and of browsers that are no more.
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    // A promise that http://localhost could not keep.
    if (request.protocol === 'https') void reply.header('strict-transport-security', 'max-age=31536000');
    done();
  });
}

/** What helmet would set, which is the same for every request: worked out once. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => void (headers[name.toLowerCase()] = value), removeHeader: () => {} };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => {});
  return headers;
}

/** Pages of these origins may read the answers of the scope; without any, no page but the server's own. `more`: further headers that they may send and read. */
export async function allowOrigins(scope: FastifyInstance, origins: readonly string[], more: readonly string[] = []): Promise<void> {
  if (origins.length === 0) return;
  await scope.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    // Tokens come in a header, never as a cookie.
    credentials: false,
    allowedHeaders: ['Authorization', 'Content-Type', ...more],
    exposedHeaders: ['X-Request-Id', 'RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset', 'Retry-After', ...more],
    maxAge: 600,
  });
}
