import { scansOf } from './scans.js';
import type { Trial } from './trial.js';
import type { Workload } from './workload.js';
import { w1 } from './w1.js';
import { w2 } from './w2.js';
import { w3 } from './w3.js';
import { w4 } from './w4.js';
import { w5 } from './w5.js';
import { w6 } from './w6.js';
import { w7 } from './w7.js';
import { w8 } from './w8.js';
import { w9 } from './w9.js';
import { w10 } from './w10.js';

/** What is asked over HTTP, of several contenders in turn. */
export const asked: Readonly<Record<string, Workload>> = { w1, w2, w3, w4, w5, w6 };

/** What is tried in ways of its own. */
export const trials: Readonly<Record<string, Trial>> = { w7, w8, w9, w10, scans: scansOf(asked) };
