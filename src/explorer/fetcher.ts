import type { Fetcher } from '@graphiql/toolkit';
import { authorization, renew } from './caller.js';

/**
 * Posts to the server that the page came from, as the caller chosen in the header. An answer that is not JSON (a proxy's error page, say)
 * becomes an error that quotes its status, rather than "Unexpected token <".
 */
export const fetcher: Fetcher = async (request, options) => {
  const send = async (): Promise<Response> => {
    const headers = new Headers({
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(await authorization()),
    });
    // What was typed into the pane of headers goes before.
    for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
    return fetch('graphql', { method: 'POST', headers, body: JSON.stringify(request) });
  };
  let response = await send();
  if (response.status === 401 && (await renew())) response = await send();
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}: ${text.slice(0, 300)}`);
  }
};
