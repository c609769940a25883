import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take minutes, the longest first: begun last, they would leave one worker to itself. */
const LONG = [
  'access/fuzz', 'api/hostile', 'bench/workloads', 'results/crash', 'access/weakened', 'ledger/histories', 'shared/database/processes', 'results/concurrency', 'ledger/known-at',
  'search/oracle', 'analytics/breakdown.histories', 'replicas/replicas', 'results/state-machine', 'explorer/explorer', 'api/answer-cache', 'replicas/queries',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return found < 0 ? LONG.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  // One copy of graphql: its ESM and CommonJS builds refuse each other's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['reflect-metadata'],
    sequence: { sequencer: LongestFirst },
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
