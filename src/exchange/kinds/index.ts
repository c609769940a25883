import { claim } from './claim.js';
import { disclosure } from './disclosure.js';
import { initiative } from './initiative.js';
import { practiceModel } from './practice-model.js';
import { source } from './source.js';
import { work } from './work.js';

/** In the order in which they are written, in an import and in an export: what refers to another comes after it. */
export const kinds = [source, claim, work, practiceModel, initiative, disclosure] as const;
