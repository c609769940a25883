import type pg from 'pg';
import type { Place } from '../compare.js';
import type { ContenderName } from '../contenders/contenders.js';
import type { Nation } from '../nation.js';
import type { Child } from '../process.js';
import type { Spread } from '../statistics.js';

/** What a trial has to work with. */
export interface Stage {
  readonly nation: Nation;
  readonly figures: number;
  readonly place: Place;
  /** Who asks over HTTP. */
  readonly load: Child;
  readonly rounds: number;
  readonly seconds: number;
  /** How long W7 goes on. */
  readonly soak: number;
  readonly contenders: readonly ContenderName[];
  /** Does something to a copy of the nation that is thrown away. */
  onCopy<Done>(work: (place: Place & { readonly owner: pg.Pool }) => Promise<Done>): Promise<Done>;
}

export interface Finding extends Partial<Spread> {
  readonly what: string;
  readonly median: number;
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What is no matter of asking several the same in turn. */
export interface Trial {
  readonly title: string;
  run(stage: Stage): Promise<Finding[]>;
}
