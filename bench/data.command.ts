/** Builds the nation's database, or says that it is there. `npm run bench:data -- --figures N [--size small|full]` */
import { Command, InvalidArgumentError, Option } from 'commander';
import { progressOn } from '../src/exchange/import.report.js';
import { openNation } from './data.js';
import { sayWhy } from './process.js';
import type { Size } from './nation.js';

const { figures, size, within, again } = new Command()
  .name('npm run bench:data --')
  .description('Fills .bench/nation-<figures>/ with a nation of 126,384 units and so many results, by the importer, and keeps it.')
  .requiredOption('--figures <count>', 'how many results: 150000, 1500000, 15000000', (text) => {
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Must be a whole number.');
    return Number(text);
  })
  .addOption(new Option('--size <size>', 'full: 125,000 unions; small: 2,000').choices(['full', 'small']).default('full'))
  .option('--within <folder>', 'where databases are kept (default: .bench)')
  .option('--again', 'throws away what was built before where it does not fit, as after a migration was changed, and builds it anew')
  .parse()
  .opts<{ figures: number; size: Size; within?: string; again?: boolean }>();

const began = performance.now();
let part: string | undefined;
let bar = progressOn(process.stderr);
const kept = await openNation(figures, {
  size, again: again === true,
  ...(within !== undefined && { within }),
  notice: (line) => {
    bar.end();
    console.log(line);
  },
  progress: (of, ...how) => {
    if (of !== part) {
      bar.end();
      [part, bar] = [of, progressOn(process.stderr)];
    }
    bar.show(...how);
  },
}).catch(sayWhy);
const { rows } = await kept.owner.pool.query<{ figures: string; balances: string; size: string }>('select (select count(*) from figure) as figures, (select count(*) from balance) as balances, pg_size_pretty(pg_database_size(current_database())) as size');
await kept.close();
const [{ figures: there, balances, size: bytes }] = rows as [(typeof rows)[number]];
console.log(`${kept.folder}: ${there} figures, targets among them, ${balances} balances, ${bytes}; imported in ${kept.seconds.toFixed(0)} s${part === undefined ? ', kept' : `, ${((performance.now() - began) / 1000).toFixed(0)} s in all`}`);
