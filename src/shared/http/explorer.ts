import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const page = 'index.html';

/**
 * Everything comes from the server itself. Styles stand inline because the editor measures and writes
 * them at run time; scripts never do. All other headers are those of every answer (security.ts).
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The explorer (GraphiQL) at `/`, its scripts below `/assets/`; no other path is taken.
 * Where the bundle has not been built, `/` answers 503 and says how to build it.
 */
export async function registerExplorer(app: FastifyInstance, root = explorerFolder()): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', policy);
    });

    // Names of assets carry a hash of their content.
    await scope.register(fastifyStatic, {
      root: join(root, 'assets'),
      prefix: '/assets/',
      index: false,
      preCompressed: true,
      maxAge: '365d',
      immutable: true,
      suppressWarning: true,
    });

    // Looked for at each request, so a bundle built while the server runs is served without a restart.
    scope.get('/', async (_request, reply) => {
      if (!existsSync(join(root, page)))
        return reply
          .code(503)
          .type('text/plain; charset=utf-8')
          .send('The explorer has not been built: run `npm run build:explorer`. The API answers at /graphql.\n');
      return reply.header('cache-control', 'no-cache').sendFile(page, root, { cacheControl: false });
    });
  });
}

/** Beside the nearest package.json: this module runs from src/ (tests, tsx) and from dist/ alike. */
function explorerFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('No package.json above the explorer plugin');
    folder = above;
  }
  return join(folder, 'dist/explorer');
}
