import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { OperatorError } from './shared/database/errors.js';

/** The settings of a process, validated. This file is the only reader of the environment. */
export interface Config {
  /** Where the API listens: a loopback address, as long as callers are not told apart. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** A PostgreSQL server of your own; undefined: the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Folder of the embedded server, absolute. */
  readonly dataFolder: string;
  /** What an empty embedded database is filled with at the first start. */
  readonly seed: 'articles' | 'none';
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

const schema = z.object({
  HOST: z
    .string()
    .refine(isLoopback, 'must be a loopback address (127.0.0.1, ::1, localhost): callers have no permissions yet')
    .default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
    .default(4000),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl, 'must look like postgres://user:password@host:5432/database')
    .optional(),
  LIENDOAN_DATA: z.string().default('.data'),
  LIENDOAN_SEED: z.enum(['articles', 'none'], 'must be articles or none').default('articles'),
});

/** Reads the settings. Every mistake is a line of the error: `PORT: must be …`. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is an unset one: that is how compose files and CI systems leave one out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const misspelt = Object.keys(given).filter((name) => name.startsWith('LIENDOAN_') && !(name in schema.shape));
  const parsed = schema.safeParse(given);
  const mistakes = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...misspelt.map((name) => `${name}: no such setting`),
  ];
  if (!parsed.success || mistakes.length > 0) throw new OperatorError(mistakes.join('\n'), 2);
  const { HOST, PORT, DATABASE_URL, LIENDOAN_DATA, LIENDOAN_SEED } = parsed.data;
  return { host: HOST, port: PORT, databaseUrl: DATABASE_URL, dataFolder: resolve(LIENDOAN_DATA), seed: LIENDOAN_SEED };
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
