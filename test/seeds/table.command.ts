/** Writes the tables of seeds/README.md: `npm run seeds:table`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { README, withTables } from './table.js';

const HELP = `Writes two tables into seeds/README.md, between their marks: which records hold each of the 173 facts of
the articles, with the queries that ask for it, and the campaigns. Both are made from the seeds.

  npm run seeds:table
  npm run seeds:table -- --check   only tell whether they are up to date (exit code 1: they are not)
`;

const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });
const before = readFileSync(README, 'utf8');
if (values.help) console.log(HELP);
else {
  const after = withTables(before);
  if (!values.check) writeFileSync(README, after);
  else if (after !== before) {
    console.error('seeds/README.md is not up to date: npm run seeds:table');
    process.exitCode = 1;
  }
}
