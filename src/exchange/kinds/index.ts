import { claim } from './claim.js';
import { disclosure } from './disclosure.js';
import { source } from './source.js';

/** In the order in which they are written, in an import and in an export: what refers to another comes after it. */
export const kinds = [source, claim, disclosure] as const;
