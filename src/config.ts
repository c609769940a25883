import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { OperatorError } from './shared/database/errors.js';

/** The settings of a process, validated. This file is the only reader of the environment. */
export interface Config {
  /** Where the API listens: in development a loopback address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A PostgreSQL server of your own, as the login that serves the API; undefined: the embedded one. */
  readonly databaseUrl: string | undefined;
  /** The same database, as the login that owns the tables: for all commands but `start`. */
  readonly databaseOwnerUrl?: string | undefined;
  /** Standbys of that server that queries are answered by, as a login that serves the API. */
  readonly replicaUrls: readonly string[];
  /** So many seconds an answer of theirs may be behind. */
  readonly replicaLagSeconds: number;
  /** Folder of the embedded server, absolute. */
  readonly dataFolder: string;
  /** What an empty embedded database is filled with at the first start. */
  readonly seed: 'articles' | 'none';
  /** Origins whose pages may read the API's answers. */
  readonly corsOrigins: readonly string[];
  /** Addresses and networks of proxies that are believed about a client's address and protocol. */
  readonly trustProxy: readonly string[];
  /** How much memory a process may use to keep answers, in bytes; 0: none are kept. */
  readonly answerCacheBytes: number;
  /** A developer's machine: the server signs tokens itself, and the explorer offers some. */
  readonly development: boolean;
  /** Whether callers without a credential are let in. */
  readonly anonymous: boolean;
  readonly tokens: TokenConfig;
}

/** Who signs tokens, as far as the settings say. Serving needs all of it, but for development; other commands none. */
export interface TokenConfig {
  /** Where the public keys are: a URL, or the absolute path of a file. */
  readonly jwks: URL | string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly algorithms: readonly string[];
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const WHY_LOOPBACK =
  'must be a loopback address (127.0.0.1, ::1, localhost) in development, where the server hands out tokens for every role. To open it, set LIENDOAN_JWKS, LIENDOAN_JWT_ISSUER and LIENDOAN_JWT_AUDIENCE';

/** `C:\\keys.json` is a path, not the scheme c. */
const isUrl = (text: string): boolean => /^[a-z][a-z\d+.-]+:/i.test(text);

/** With a symmetric algorithm, whoever knows the public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const;
const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const postgresUrl = z
  .string()
  .refine(isPostgresUrl, 'must look like postgres://user:password@host:5432/database')
  .optional();

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
    .default(4000),
  DATABASE_URL: postgresUrl,
  DATABASE_OWNER_URL: postgresUrl,
  LIENDOAN_REPLICA_URLS: z
    .string()
    .refine((value) => partsOf(value).every(isPostgresUrl), 'must look like postgres://user:password@host:5432/database, several separated by commas')
    .transform(partsOf)
    .default([]),
  LIENDOAN_REPLICA_LAG_SECONDS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a whole number of seconds from 1 to 9999')
    .transform(Number)
    .default(5),
  LIENDOAN_DATA: z.string().default('.data'),
  LIENDOAN_CORS_ORIGINS: z
    .string()
    .refine((value) => partsOf(value).every(isOrigin), 'must be origins such as https://example.org, separated by commas')
    .transform(partsOf)
    .default([]),
  LIENDOAN_TRUST_PROXY: z
    .string()
    .refine((value) => partsOf(value).every(isNetwork), 'must be addresses or networks such as 10.0.0.0/8, separated by commas')
    .transform(partsOf)
    .default([]),
  LIENDOAN_SEED: z.enum(['articles', 'none'], 'must be articles or none').default('articles'),
  LIENDOAN_ANSWER_CACHE_MB: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number of megabytes; 0 keeps no answers')
    .transform(Number)
    .default(32),
  LIENDOAN_ANONYMOUS: z.enum(['on', 'off'], 'must be on or off').default('on'),
  LIENDOAN_JWKS: z
    .string()
    .refine(isKeyAddress, 'must be an https:// URL (http:// on this machine only) without a password, or the path of a file')
    .optional(),
  LIENDOAN_JWT_ISSUER: z.string().optional(),
  LIENDOAN_JWT_AUDIENCE: z.string().optional(),
  LIENDOAN_JWT_ALGORITHMS: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .refine(
      (names) => names.every((name) => (ALGORITHMS as readonly string[]).includes(name)),
      `must be a list of signature algorithms with a public key: ${ALGORITHMS.join(', ')}`,
    )
    .default([...DEFAULT_ALGORITHMS]),
  NODE_ENV: z.string().optional(),
});

/** Reads the settings. Every mistake is a line of the error: `PORT: must be …`. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is an unset one: that is how compose files and CI systems leave one out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const misspelt = Object.keys(given).filter((name) => name.startsWith('LIENDOAN_') && !(name in schema.shape));
  const parsed = schema.safeParse(given);
  // Whoever has set any of these means to serve others, and is told what is missing rather than given a development server.
  const meant = ['DATABASE_URL', 'LIENDOAN_JWKS', 'LIENDOAN_JWT_ISSUER', 'LIENDOAN_JWT_AUDIENCE'].some((name) => name in given);
  const development = /^(development)?$/.test(given.NODE_ENV ?? '') && !meant;
  const mistakes = [
    ...(development && given.HOST !== undefined && !isLoopback(given.HOST) ? [`HOST: ${WHY_LOOPBACK}`] : []),
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...misspelt.map((name) => `${name}: no such setting`),
  ];
  if (given.DATABASE_OWNER_URL !== undefined && given.DATABASE_URL === undefined) mistakes.push('DATABASE_OWNER_URL: is of no use without DATABASE_URL');
  if (given.LIENDOAN_REPLICA_URLS !== undefined && given.DATABASE_URL === undefined) mistakes.push('LIENDOAN_REPLICA_URLS: is of no use without DATABASE_URL');
  if (!parsed.success || mistakes.length > 0) throw new OperatorError(mistakes.join('\n'), 2);
  const { LIENDOAN_JWKS: jwks, ...values } = parsed.data;
  return {
    host: values.HOST,
    port: values.PORT,
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    replicaUrls: values.LIENDOAN_REPLICA_URLS,
    replicaLagSeconds: values.LIENDOAN_REPLICA_LAG_SECONDS,
    dataFolder: resolve(values.LIENDOAN_DATA),
    seed: values.LIENDOAN_SEED,
    corsOrigins: values.LIENDOAN_CORS_ORIGINS,
    trustProxy: values.LIENDOAN_TRUST_PROXY,
    answerCacheBytes: values.LIENDOAN_ANSWER_CACHE_MB * 2 ** 20,
    development,
    anonymous: values.LIENDOAN_ANONYMOUS === 'on',
    tokens: {
      jwks: jwks === undefined ? undefined : isUrl(jwks) ? new URL(jwks) : resolve(jwks),
      issuer: values.LIENDOAN_JWT_ISSUER,
      audience: values.LIENDOAN_JWT_AUDIENCE,
      algorithms: values.LIENDOAN_JWT_ALGORITHMS,
    },
  };
}

/** The settings of this process: the environment, then what a `.env` file in the working directory adds to it. */
export function loadConfig(): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return readConfig(process.env);
}

function isPostgresUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname } = new URL(value);
  try {
    if (/\p{Cc}/u.test(decodeURIComponent(pathname))) return false;
  } catch {
    return false;
  }
  return (protocol === 'postgres:' || protocol === 'postgresql:') && pathname.length > 1;
}

function isKeyAddress(value: string): boolean {
  if (!isUrl(value)) return !/\p{Cc}/u.test(value);
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')));
}

function partsOf(value: string): string[] {
  return value.split(',').map((part) => part.trim());
}

/** As a browser sends it: scheme, host and port in their shortest form, nothing behind them. */
function isOrigin(value: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}

function isNetwork(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
