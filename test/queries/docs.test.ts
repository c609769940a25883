/** docs/queries.md says what the API answers: `npm run queries:docs` writes it anew. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queries } from '../../src/explorer/queries/index.js';
import type { ReadyQuery } from '../../src/explorer/queries/query.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { Asking } from './asking.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
}, 120_000);
afterAll(() => server?.close());

const HEAD = `# The 25 queries

What frontends, the portal of partners and analysts ask, and what the API answers on the seeds ([seeds/README.md](../seeds/README.md)). They are the tabs of the explorer (\`src/explorer/queries/\`), and test/queries tries each as whom it is for. Answers are cut short: "…" stands for what is left out.

\`npm run queries:docs\` writes this file.
`;

const AUDIENCE = { frontend: 'a frontend', partner: 'a partner’s portal', analyst: 'analysts' } as const;

/** Of lists the first two, of texts the beginning. */
function shortly(value: unknown): unknown {
  if (typeof value === 'string') return value.length > 80 ? `${value.slice(0, 79)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortly(part)]));
  return [...value.slice(0, 2).map(shortly), ...(value.length > 2 ? [`… ${value.length - 2} more`] : [])];
}

/** JSON with what fits into a line on one. */
function written(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const flat = JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
  if (indent.length + flat.length <= 120) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((part) => inner + written(part, inner)).join(',\n')}\n${indent}]`;
  return `{\n${Object.entries(value).map(([name, part]) => `${inner}${JSON.stringify(name)}: ${written(part, inner)}`).join(',\n')}\n${indent}}`;
}

function section({ id, title, question, audience, as, document, variables }: ReadyQuery, data: unknown): string {
  return `## ${id}: ${title}

For ${AUDIENCE[audience]}: ${question} Asked as ${as === null ? 'anybody' : `a ${as.role} of \`${as.unit}\``}.

\`\`\`graphql
${document.trim()}
\`\`\`
${variables === undefined ? '' : `\n\`\`\`json\n${written(variables)}\n\`\`\`\n`}
The answer:

\`\`\`json
${written(shortly(data))}
\`\`\`
`;
}

test('docs/queries.md has each query and its answer (npm run queries:docs)', async () => {
  const asking = new Asking(server);
  const sections: string[] = [];
  for (const query of queries) sections.push(section(query, await asking.ask(query.id)));
  await expect(`${HEAD}\n${sections.join('\n')}`).toMatchFileSnapshot('../../docs/queries.md');
});
