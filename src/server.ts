import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { createApiKeyStore } from './access/api-key.store.js';
import { createAuthenticator } from './access/authenticate.js';
import { registerDevelopmentCallers, type Development } from './access/development-callers.js';
import type { TokenSettings } from './access/token.js';
import { MOST_BODY_BYTES } from './access/limits.js';
import { registerApi, type ApiOptions } from './api.js';
import type { Config } from './config.js';
import { mayUpgrade } from './live/live.js';
import { whyNotReady, type Database } from './shared/database/database.js';
import { OperatorError, codeOf, reasonOf } from './shared/database/errors.js';
import { registerExplorer } from './shared/http/explorer.js';
import { registerSecurityHeaders } from './shared/http/security.js';

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no further requests, answers those that are running, and ends. */
  close(): Promise<void>;
}

export interface ServerOptions extends Omit<ApiOptions, 'authenticate'> {
  /** Whose tokens are taken. */
  readonly tokens: TokenSettings;
  /** In development: the callers that the explorer offers. */
  readonly development?: Development | undefined;
  /** From which level on the log is written; `warn` unless given. */
  readonly logLevel?: 'warn' | 'error';
}

/** Builds the HTTP server without listening, for tests that inject requests. */
export async function buildServer(db: Database, config: Config, { tokens, development, logLevel = 'warn', ...api }: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    trustProxy: config.trustProxy.length > 0 && [...config.trustProxy],
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    http: { shouldUpgradeCallback: mayUpgrade },
    logger: { level: logLevel },
    genReqId: () => randomUUID(),
  });

  registerSecurityHeaders(app);
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', async (request, reply) => {
    // What the driver says names hosts and logins, and anybody may ask.
    const reason = await whyNotReady(db, (error) => request.log.warn({ err: error }, 'the database does not answer'));
    return reason === undefined ? { status: 'ready' } : reply.code(503).send({ status: 'unavailable', reason });
  });

  const authenticate = createAuthenticator({ anonymous: config.anonymous, tokens }, createApiKeyStore(db.pool), api.now ?? (() => new Date()));
  await registerApi(app, db, { corsOrigins: config.corsOrigins, answerCacheBytes: config.answerCacheBytes, replicaLagSeconds: config.replicaLagSeconds, ...api, authenticate });
  if (development !== undefined) registerDevelopmentCallers(app, development);
  await registerExplorer(app);
  return app;
}

export async function startServer(db: Database, config: Config, options: ServerOptions): Promise<RunningServer> {
  const app = await buildServer(db, config, options);
  let running = 0;
  app.server.on('request', (_request, response) => {
    running += 1;
    response.once('close', () => (running -= 1));
  });
  try {
    const url = await app.listen({ host: config.host, port: config.port });
    return { url, close: () => closeGently(app, () => running === 0) };
  } catch (error) {
    await app.close();
    throw whyNotListening(error, config);
  }
}

/** A client that keeps its connection open after its last answer, or has not used it yet, would hold the server up for a minute. */
async function closeGently(app: FastifyInstance, isAnswered: () => boolean): Promise<void> {
  const idle = setInterval(() => (isAnswered() ? app.server.closeAllConnections() : app.server.closeIdleConnections()), 50);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
  }
}

/** Why the server cannot listen there, as the operator's line. */
export function whyNotListening(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): OperatorError {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new OperatorError(`Port ${port} on ${host} is taken: end what listens there (another npm start?), or choose another with PORT.`);
    case 'EACCES':
      return new OperatorError(`Port ${port} needs more rights than this user has: choose one above 1023 with PORT.`);
    case 'EADDRNOTAVAIL':
      return new OperatorError(`This machine has no address ${host}: choose another with HOST.`);
    default:
      return new OperatorError(`The server cannot listen on ${host}:${port}: ${reasonOf(error)}`);
  }
}
