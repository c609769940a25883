import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DOCUMENT_LIMITS, MOST_BODY_BYTES } from '../../src/access/limits.js';
import { startTestServer, type TestServer } from '../support/server.js';

interface Body {
  readonly data?: unknown;
  readonly errors?: { message: string; extensions: Record<string, unknown> }[];
  readonly extensions?: { cost: { requested: number; limit: number; remaining: number } };
}

/** Asks as whoever the headers say. */
async function ask(server: TestServer, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; headers: Headers; body: Body }> {
  const response = await fetch(new URL('/graphql', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
}

const code = ({ errors }: Body): unknown => errors?.map(({ extensions }) => extensions['code']);

describe('what a document may be', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ seed: false });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.statements.length = 0;
  });

  const chain = (depth: number): string => `{ orgUnit(code: "x") ${'{ parent '.repeat(depth - 2)}{ code }${' }'.repeat(depth - 2)} }`;
  const { depth, aliases, directives, tokens } = DOCUMENT_LIMITS;
  const many = (count: number, one: (i: number) => string): string => Array.from({ length: count }, (_, i) => one(i)).join(' ');

  test.each([
    ['levels', depth, 'QUERY_TOO_DEEP', (n: number) => chain(n)],
    ['levels inside fragments', depth, 'QUERY_TOO_DEEP', (n: number) => `{ orgUnit(code: "x") { ...f } } fragment f on OrgUnit { ... { ...g } } fragment g on OrgUnit ${'{ parent '.repeat(n - 2)}{ code }${' }'.repeat(n - 2)}`],
    ['aliases', aliases, 'QUERY_TOO_LARGE', (n: number) => `{ ${many(n, (i) => `a${i}: viewer { principal }`)} }`],
    ['aliases of __typename', aliases, 'QUERY_TOO_LARGE', (n: number) => `{ ${many(n, (i) => `a${i}: __typename`)} }`],
    ['aliases in a fragment that is spread again', aliases, 'QUERY_TOO_LARGE', (n: number) => `{ a: viewer { ...f } ${many(n - 2, () => 'viewer { ...f }')} } fragment f on Viewer { p: principal }`],
    ['directives', directives, 'QUERY_TOO_LARGE', (n: number) => `{ ${many(n, () => '__typename @skip(if: true)')} __typename }`],
    ['tokens', tokens, 'QUERY_TOO_LARGE', (n: number) => `{ orgUnit(code: "x") { scorecard(campaign: "c", indicators: [${many(n - 23, () => '""')}]) { asOf } } }`],
  ])('%s: %i are answered, one more is refused before anything is read', async (_, limit, refusal, document) => {
    const most = await ask(server, { query: document(limit) });
    expect(code(most.body)).toBeUndefined();
    expect(most.status).toBe(200);

    server.statements.length = 0;
    const more = await ask(server, { query: document(limit + 1) });
    expect(code(more.body)).toEqual([refusal]);
    expect(more.body.errors![0]!.message).toContain(`more than ${limit} `.replace('more than 15', '15'));
    expect(more.body).toMatchObject({ errors: [{ extensions: { limit } }], extensions: { cost: { requested: 0 } } });
    expect(more.body).not.toHaveProperty('data');
    expect(more.status).toBe(400);
    expect(server.statements).toEqual([]);
  });

  test('the same field over and over is refused before it takes long to compare', async () => {
    const { status, body } = await ask(server, { query: `{ ${many(480, () => 'viewer { principal }')} }` });
    expect(status).toBe(400);
    expect(code(body)).toEqual(['QUERY_TOO_LARGE']);
  });

  test('a body of more than the limit is not read', async () => {
    const padded = (size: number): string => {
      const body = JSON.stringify({ query: '{ __typename }' });
      return body + ' '.repeat(size - body.length);
    };
    expect((await ask(server, padded(MOST_BODY_BYTES))).status).toBe(200);
    const { status, body } = await ask(server, padded(MOST_BODY_BYTES + 1));
    expect(status).toBe(413);
    expect(code(body)).toEqual(['BAD_REQUEST']);
  });

  test('a batch is refused, whatever it holds', async () => {
    for (const batch of [[], [{ query: '{ __typename }' }], [{ query: '{ __typename }' }, { query: '{ orgUnits { totalCount } }' }]]) {
      const { status, body } = await ask(server, batch);
      expect(status).toBe(400);
      expect(code(body)).toEqual(['BAD_REQUEST']);
    }
    expect(server.statements).toEqual([]);
  });
});

describe('what a query may cost', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ seed: false, limits: { ANONYMOUS: { points: 50, requests: 1000 }, MEMBER: { points: 1000, requests: 1000 } } });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.statements.length = 0;
  });

  const pages = (first: number): { query: string; variables: unknown } => ({ query: 'query ($first: Int) { orgUnits(first: $first) { nodes { code } } }', variables: { first } });
  const as = async (principal: string): Promise<Record<string, string>> => ({ authorization: `Bearer ${await server.tokenFor(principal)}` });

  test('every answer tells what it cost, what the limit is and what remains', async () => {
    const me = await as('teller');
    const cost = async (body: unknown): Promise<unknown> => (await ask(server, body, me)).body.extensions?.cost;
    expect(await cost(pages(8))).toEqual({ requested: 10, limit: 1000, remaining: 990 });
    expect(await cost({ query: '{ nothing }' })).toEqual({ requested: 0, limit: 1000, remaining: 990 });
    expect(await cost({ query: '{' })).toEqual({ requested: 0, limit: 1000, remaining: 990 });
    expect(await cost({ query: 'query ($first: Int) { orgUnits(first: $first) { totalCount } }', variables: { first: 'x' } })).toEqual({ requested: 1, limit: 1000, remaining: 989 });
    expect(await cost(pages(100))).toEqual({ requested: 102, limit: 1000, remaining: 887 });
  });

  test('more than the limit is never started: the refusal says what it would cost, and costs nothing', async () => {
    const { status, body } = await ask(server, pages(90));
    expect(status).toBe(400);
    expect(code(body)).toEqual(['QUERY_TOO_COSTLY']);
    expect(body.errors![0]!.message).toContain('This query would cost 92 points; the limit is 50');
    expect(body).toMatchObject({ errors: [{ extensions: { requested: 92, limit: 50 } }], extensions: { cost: { requested: 92, limit: 50, remaining: 50 } } });
    expect(server.statements).toEqual([]);
    expect((await ask(server, pages(10))).body.extensions?.cost).toEqual({ requested: 12, limit: 50, remaining: 38 });
  });

  test('the limit goes by the class of the caller', async () => {
    expect((await ask(server, pages(90), await as('member'))).status).toBe(200);
  });

  test('more than what remains of the minute is refused until it is over; what is less is still answered, and others go on', async () => {
    const me = await as('spender');
    await ask(server, { query: '{ orgUnits(first: 99) { nodes { children(first: 7) { nodes { code } } } } }' }, me);
    expect(server.statements.length).toBeGreaterThan(0);
    server.statements.length = 0;
    const { status, headers, body } = await ask(server, pages(97), me);
    expect(status).toBe(429);
    expect(code(body)).toEqual(['RATE_LIMITED']);
    expect(body).toMatchObject({ errors: [{ extensions: { requested: 99, limit: 1000, remaining: 8 } }], extensions: { cost: { requested: 99, limit: 1000, remaining: 8 } } });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(body.errors![0]!.extensions['retryAfter']).toBe(Number(headers.get('retry-after')));
    expect(server.statements).toEqual([]);
    expect((await ask(server, pages(6), me)).body.extensions?.cost).toEqual({ requested: 8, limit: 1000, remaining: 0 });
    expect((await ask(server, pages(6), await as('another'))).status).toBe(200);
  });

  test('queries that come at once share one allowance', async () => {
    const me = await as('at once');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server, pages(98), me)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });
});

describe('how often a caller may ask', () => {
  const start = (trustProxy: string[] = []): Promise<TestServer> =>
    startTestServer({ seed: false, limits: { ANONYMOUS: { requests: 3 }, MEMBER: { requests: 5 } }, config: { trustProxy } });
  const ping = { query: '{ __typename }' };

  test('the headers count down, then 429 says when to come back; each principal for itself', async () => {
    const server = await start();
    try {
      const seen: unknown[] = [];
      for (let i = 0; i < 5; i++) {
        const { status, headers } = await ask(server, ping);
        seen.push([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining'), headers.has('retry-after')]);
        expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(50);
      }
      expect(seen).toEqual([
        [200, '3', '2', false],
        [200, '3', '1', false],
        [200, '3', '0', false],
        [429, '3', '0', true],
        [429, '3', '0', true],
      ]);
      const refused = await ask(server, ping);
      expect(code(refused.body)).toEqual(['RATE_LIMITED']);
      expect(refused.body.extensions?.cost.requested).toBe(0);
      for (const principal of ['a', 'b']) {
        const authorization = `Bearer ${await server.tokenFor(principal)}`;
        expect((await ask(server, ping, { authorization })).headers.get('ratelimit-remaining')).toBe('4');
      }
    } finally {
      await server.close();
    }
  });

  test('requests that are no query count too, and so does a wrong credential', async () => {
    const server = await start();
    try {
      const forged = { authorization: 'Bearer forged' };
      expect((await ask(server, '{', {})).headers.get('ratelimit-remaining')).toBe('2');
      expect((await ask(server, ping, forged)).status).toBe(401);
      expect((await ask(server, ping, forged)).headers.get('ratelimit-remaining')).toBe('0');
      const refused = await ask(server, ping, forged);
      expect(refused.status).toBe(429);
      expect(code(refused.body)).toEqual(['RATE_LIMITED']);
      const authorization = `Bearer ${await server.tokenFor('right')}`;
      expect((await ask(server, ping, { authorization })).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('a proxy is believed about addresses only where it is named', async () => {
    const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
    const plain = await start();
    const behind = await start(['127.0.0.0/8']);
    try {
      for (let i = 0; i < 4; i++) {
        const { status } = await ask(plain, ping, from(`198.51.100.${i}`));
        expect(status).toBe(i < 3 ? 200 : 429);
      }
      for (let i = 0; i < 4; i++) expect((await ask(behind, ping, from(`198.51.100.${i}`))).status).toBe(200);
      // Hosts of one IPv6 network are one caller; what a client claims before its own address counts for nothing.
      for (let i = 0; i < 4; i++) {
        const { status } = await ask(behind, ping, from(`203.0.113.${i}, 2001:db8::${i + 1}`));
        expect(status).toBe(i < 3 ? 200 : 429);
      }
    } finally {
      await plain.close();
      await behind.close();
    }
  });
});

describe('how long an answer may take', () => {
  test('past the deadline it is broken off, its statement is cancelled, and the server goes on', async () => {
    const server = await startTestServer({ seed: false, api: { mostAnswerMs: 300 } });
    const blocker = await server.db.pool.connect();
    try {
      const me = await server.everything();
      await blocker.query('begin; lock table org_unit in access exclusive mode');
      const { status, headers, body } = await ask(server, { query: '{ orgUnits { totalCount } }' }, me);
      expect(status).toBe(503);
      expect(code(body)).toEqual(['TIMED_OUT']);
      expect(body.extensions?.cost).toMatchObject({ requested: 2 });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      // The lock is still held: had the statement not been cancelled, it would wait here.
      await vi.waitFor(async () => {
        const { rows } = await blocker.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
        expect(rows).toEqual([]);
      });
      await blocker.query('rollback');
      expect((await ask(server, { query: '{ orgUnits { totalCount } }' }, me)).body.data).toEqual({ orgUnits: { totalCount: expect.any(Number) } });
    } finally {
      await blocker.query('rollback').catch(() => {});
      blocker.release();
      await server.close();
    }
  });
});

describe('what browsers are told', () => {
  let server: TestServer;
  let closed: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ seed: false, limits: { ANONYMOUS: { requests: 4 } }, config: { corsOrigins: ['https://dashboard.example'], trustProxy: ['127.0.0.1'] } });
    closed = await startTestServer({ seed: false });
  });
  afterAll(() => Promise.all([server.close(), closed.close()]));

  const preflight = (to: TestServer, origin: string): Promise<Response> =>
    fetch(new URL('/graphql', to.url), {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
  const list = (headers: Headers, name: string): string[] => (headers.get(name) ?? '').toLowerCase().split(/, */);

  test('pages of a listed origin may ask and read, without cookies; the preflight counts as no request', async () => {
    for (let i = 0; i < 10; i++) {
      const { status, headers } = await preflight(server, 'https://dashboard.example');
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe('https://dashboard.example');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(list(headers, 'access-control-allow-headers')).toEqual(['authorization', 'content-type']);
      expect(list(headers, 'access-control-allow-methods')).toEqual(['get', 'post']);
    }
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { status, headers } = await ask(server, { query: '{ __typename }' }, { origin: 'https://dashboard.example' });
      statuses.push(status);
      expect(headers.get('access-control-allow-origin')).toBe('https://dashboard.example');
      expect(list(headers, 'access-control-expose-headers')).toEqual(expect.arrayContaining(['x-request-id', 'ratelimit-remaining', 'retry-after']));
      expect(list(headers, 'vary')).toContain('origin');
    }
    // The refusal is readable too.
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
  });

  test.each(['https://evil.example', 'https://dashboard.example.evil.example', 'http://dashboard.example', 'null'])('pages of %s may not', async (origin) => {
    expect((await preflight(server, origin)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask(server, { query: '{ __typename }' }, { origin })).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('without a list nobody may', async () => {
    const names = [...(await preflight(closed, 'https://dashboard.example')).headers.keys(), ...(await ask(closed, { query: '{ __typename }' }, { origin: 'https://dashboard.example' })).headers.keys()];
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test.each(['/graphql?query={__typename}', '/schema.graphql', '/health', '/ready', '/nothing', '/'])('%s has the headers of security', async (path) => {
    const { headers } = await fetch(new URL(path, closed.url), { headers: { 'apollo-require-preflight': 'x' } });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    if (path.startsWith('/graphql')) expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')?.includes('script-src')).toBe(path === '/');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('https is asked to stay so, where a proxy that is believed says it is https', async () => {
    const hsts = async (to: TestServer): Promise<string | null> =>
      (await fetch(new URL('/health', to.url), { headers: { 'x-forwarded-proto': 'https' } })).headers.get('strict-transport-security');
    expect(await hsts(server)).toBe('max-age=31536000');
    expect(await hsts(closed)).toBeNull();
  });
});
