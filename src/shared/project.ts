import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OperatorError } from './database/errors.js';

/** A folder of the project, found from the sources as from dist/. */
export function projectFolder(...path: string[]): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const wanted = join(folder, ...path);
    if (existsSync(join(folder, 'package.json')) && existsSync(wanted)) return wanted;
  }
  throw new OperatorError(`The folder ${path.join('/')} is missing: the installation is incomplete.`);
}
