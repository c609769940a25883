import { openSocket, openSse, type Heard, type SocketStream, type SseStream } from '../support/live.js';
import { startBranches, type Branches } from '../access/branches.js';
import type { TestServerOptions } from '../support/server.js';

export const CHANGED = `subscription ($unit: String!, $campaign: String!) { progressChanged(unit: $unit, campaign: $campaign) {
  unit { code } campaign { code } at progress { phase { code } indicator { code } asOf result { value } } } }`;

export interface About {
  readonly unit: string;
  readonly campaign: string;
}
export const ABOUT: About = { unit: 'D1', campaign: 'K' };

/** A server over the small tree, and streams from it. */
export interface Live extends Branches {
  bearer(principal: string, claims?: object): Promise<string>;
  sse(principal: string | null, about?: object, document?: string): Promise<SseStream>;
  socket(principal: string | null, about?: object, document?: string): Promise<SocketStream>;
  /** Posts one more result of a union, a day after the last. */
  post(unit: string, value: number, more?: object): Promise<void>;
}

export async function startLive(options: TestServerOptions = {}): Promise<Live> {
  const server = await startBranches({ ...options, api: { logLevel: 'error', ...options.api } });
  for (const code of ['N', 'P1', 'P2', 'D1', 'G1']) await server.grant(`viewer@${code}`, 'VIEWER', code);
  let day = 0;
  const bearer: Live['bearer'] = async (principal, claims) => `Bearer ${await server.tokenFor(principal, { ...claims })}`;
  const authorization = async (principal: string | null): Promise<Record<string, string>> => (principal === null ? {} : { authorization: await bearer(principal) });
  return {
    ...server,
    bearer,
    sse: async (principal, about = ABOUT, document = CHANGED) => openSse(server.url, { query: document, variables: about }, await authorization(principal)),
    socket: async (principal, about = ABOUT, document = CHANGED) => {
      const socket = await openSocket(server.url, await authorization(principal));
      socket.subscribe('1', document, about);
      return socket;
    },
    post: (unit, value, more = {}) => {
      day += 1;
      const asOf = new Date(Date.UTC(2023, 0, day)).toISOString().slice(0, 10);
      return server.load([{ type: 'result', unit, campaign: 'K', indicator: 'I', coverage: 'OWN', asOf, value, ...more }]);
    },
  };
}

/** What an event says: by phase and indicator, the result. */
export function said({ type, payload }: Heard): unknown {
  if (type !== 'next' || !payload.data) return { type, payload };
  const progress = payload.data.progressChanged.progress as { phase: { code: string } | null; indicator: { code: string }; result: { value: number } | null }[];
  return Object.fromEntries(progress.map(({ phase, indicator, result }) => [`${phase ? `${phase.code}/` : ''}${indicator.code}`, result?.value ?? null]));
}

/** The codes of the errors that a message carries, whichever way it came. */
export function codesOf({ payload }: Heard): unknown {
  const errors = (Array.isArray(payload) ? payload : payload?.errors) as { extensions: { code: string } }[] | undefined;
  return errors?.map(({ extensions }) => extensions.code);
}
