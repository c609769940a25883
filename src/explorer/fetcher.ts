import type { Fetcher, FetcherOpts, FetcherParams, SyncFetcherResult } from '@graphiql/toolkit';
import { type ExecutionResult, type OperationDefinitionNode, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { authorization, renew } from './caller.js';

/** Sends to the server that the page came from, as the caller chosen in the header; a subscription goes on until it is stopped. */
export const fetcher: Fetcher = (asked, options) => {
  const operations = operationsOf(asked.query);
  const named = operations.find(({ name }) => name?.value === asked.operationName);
  // Right after another tab was opened, the editor still names the operation of the one before.
  const request = named ? asked : { ...asked, operationName: undefined };
  return (named ?? operations[0])?.operation === 'subscription' ? subscribe(request, options) : post(request, options);
};

/** What was typed into the pane of headers goes before. */
async function headersOf(options: FetcherOpts | undefined): Promise<Record<string, string>> {
  const headers = new Headers(await authorization());
  for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value));
  return Object.fromEntries(headers);
}

/**
 * An answer that is not JSON (a proxy's error page, say) becomes an error that quotes its status, rather than
 * "Unexpected token <".
 */
async function post(request: FetcherParams, options: FetcherOpts | undefined): Promise<SyncFetcherResult> {
  const send = async (): Promise<Response> =>
    fetch('graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9', ...(await headersOf(options)) },
      body: JSON.stringify(request),
    });
  let response = await send();
  if (response.status === 401 && (await renew())) response = await send();
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}: ${text.slice(0, 300)}`);
  }
}

function operationsOf(query: string): OperationDefinitionNode[] {
  try {
    return parse(query).definitions.filter((one) => one.kind === 'OperationDefinition');
  } catch {
    // The server says what is wrong with it.
    return [];
  }
}

function subscribe({ query, operationName, variables }: FetcherParams, options: FetcherOpts | undefined): AsyncIterable<ExecutionResult> {
  const client = createClient({ url: 'graphql/stream', headers: () => headersOf(options), retryAttempts: 3 });
  return client.iterate({ query, operationName: operationName ?? undefined, variables: variables as Record<string, unknown> | undefined }) as AsyncIterable<ExecutionResult>;
}
