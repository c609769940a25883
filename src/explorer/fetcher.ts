import type { Fetcher } from '@graphiql/toolkit';

/**
 * Posts to the server that the page came from. An answer that is not JSON (a proxy's error page, say)
 * becomes an error that quotes its status, rather than "Unexpected token <".
 */
export const fetcher: Fetcher = async (request, options) => {
  const response = await fetch('graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...options?.headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}: ${text.slice(0, 300)}`);
  }
};
