import type { Workload } from './workload.js';
import { w1 } from './w1.js';
import { w2 } from './w2.js';
import { w3 } from './w3.js';
import { w4 } from './w4.js';

/** What is asked over HTTP, of several contenders in turn. */
export const asked: Readonly<Record<string, Workload>> = { w1, w2, w3, w4 };
