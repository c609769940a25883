import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { DevelopmentKey } from './development-key.js';
import { grantAsOwner } from './owner-grant.service.js';
import type { RoleName } from './role.rules.js';
import type { TokenSettings } from './token.js';

/** Someone to ask as; without a token: anonymous. */
export interface DevelopmentCaller {
  readonly label: string;
  readonly token: string | null;
}

/** What a development server has beside others. */
export interface Development {
  /** It takes the tokens that it has signed itself. */
  readonly tokens: TokenSettings;
  /** The callers that the explorer offers, with fresh tokens; first the one who sees everything. */
  callers(): Promise<DevelopmentCaller[]>;
}

const VALID_SECONDS = 8 * 3600;

/** Makes sure that someone made up holds the role on the unit, whose name it returns, as the owner of the database. */
export async function enrol(owner: pg.Pool, role: RoleName, unit: string): Promise<{ readonly principal: string; readonly unitName: string }> {
  const principal = `dev:${role}@${unit}`;
  const { unitName } = await grantAsOwner(owner, { principal, role, unit });
  return { principal, unitName };
}

/** Enrols the callers that the explorer offers, of the units that exist by now. */
export async function prepareDevelopment(owner: pg.Pool, key: DevelopmentKey): Promise<Development> {
  const { rows } = await owner.query<{ code: string; level: string }>(
    `select code, level from org_unit where level = 'NATIONAL' and closed_on is null or code in ('P01', 'D272') order by code`,
  );
  const root = rows.find(({ level }) => level === 'NATIONAL')?.code;
  const named = (wanted: string): string | undefined => rows.find(({ code }) => code === wanted)?.code;
  const wanted: readonly (readonly [RoleName, string | undefined])[] = [
    ['ADMIN', root],
    ['APPROVER', named('P01')],
    ['VIEWER', named('D272')],
    ['PARTNER', root],
  ];
  const enrolled: { readonly label: string; readonly principal: string }[] = [];
  for (const [role, unit] of wanted) {
    if (unit === undefined) continue;
    const { principal, unitName } = await enrol(owner, role, unit);
    enrolled.push({ label: `${role} · ${unitName}`, principal });
  }
  return {
    tokens: key.settings,
    callers: async () => [
      ...(await Promise.all(enrolled.map(async ({ label, principal }) => ({ label, token: await key.issue(principal, VALID_SECONDS) })))),
      { label: 'anonymous', token: null },
    ],
  };
}

/** `GET /development/callers`: tokens for whoever sits at this machine, and for no page of another site. */
export function registerDevelopmentCallers(app: FastifyInstance, development: Development): void {
  app.get('/development/callers', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return isFromHere(request) ? development.callers() : reply.code(403).send({ message: 'Only for pages of this server, under a name of this machine.' });
  });
}

/** A page elsewhere can neither read this (no CORS), nor by a name of its own that leads here, nor through a proxy on this machine. */
function isFromHere({ headers }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'] ?? 'none';
  const forwarded = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some((name) => name in headers);
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(headers.host ?? '') && (site === 'same-origin' || site === 'none') && !forwarded;
}
