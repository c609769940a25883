import type { CampaignStatus } from '../campaigns/campaign.type.js';
import type { UserErrorCode } from '../shared/user-error.js';
import type { FigureStatus } from './figure.type.js';
import type { Measure } from './progress.query.js';

/** What can be done to a figure that is there. */
export type Step = 'submit' | 'approve' | 'return' | 'withdraw' | 'correct';

/** How a figure stands, to a caller and among the others of its key (series, unit, coverage and day). */
export interface Standing {
  readonly measure: Measure;
  readonly status: keyof typeof FigureStatus;
  readonly version: number;
  /** It counts, or did. */
  readonly counted: boolean;
  /** The caller is a REPORTER of the unit. */
  readonly reports: boolean;
  /** The caller is an APPROVER above the unit, or at the root. */
  readonly approves: boolean;
  /** Of a target: the caller is an APPROVER of the unit that gave it, or that set it for itself. */
  readonly gave: boolean;
  /** The caller handed it in. */
  readonly mine: boolean;
  /** The unit is active on the figure's day. */
  readonly active: boolean;
  /** Of a target: the unit that it names does not stand above on that day, as the tree is known by now. */
  readonly misplaced: boolean;
  readonly campaignStatus: keyof typeof CampaignStatus;
  /** It is to take the place of an approved figure. */
  readonly isCorrection: boolean;
  /** Another figure counts under its key, and is not the one that it corrects. */
  readonly occupied: boolean;
  /** The figure that it corrects counts no more. */
  readonly bereft: boolean;
  /** Another figure of its key is on its way. */
  readonly rivalled: boolean;
}

export interface Refusal {
  readonly field: 'id' | 'expectedVersion';
  readonly code: UserErrorCode;
  readonly message: string;
}

const refuse = (code: UserErrorCode, message: string, field: Refusal['field'] = 'id'): Refusal => ({ field, code, message });

/** Whether the caller may do this to figures of the unit at all; undefined: they may. */
export function whyForbidden(step: Step, it: Standing): Refusal | undefined {
  switch (step) {
    case 'submit':
    case 'correct':
      return it.reports ? undefined : refuse('FORBIDDEN', 'This takes a REPORTER of the unit.');
    case 'approve':
      if (!it.approves) return refuse('FORBIDDEN', 'This takes an APPROVER of a unit above; at the root, of the root.');
      return it.mine && it.status === 'SUBMITTED' ? refuse('FORBIDDEN', 'You handed it in: somebody else approves it.') : undefined;
    case 'return':
      return it.approves ? undefined : refuse('FORBIDDEN', 'This takes an APPROVER of a unit above; at the root, of the root.');
    case 'withdraw':
      if (!it.counted) return it.reports ? undefined : refuse('FORBIDDEN', 'This takes a REPORTER of the unit.');
      if (it.measure === 'ASSIGNED' || it.measure === 'SELF_SET') return it.gave ? undefined : refuse('FORBIDDEN', 'This takes an APPROVER of the unit that gave the target.');
      return it.approves ? undefined : refuse('FORBIDDEN', 'It counts: this takes an APPROVER of a unit above; at the root, of the root.');
  }
}

/** Why a step that the caller may take is not to be taken as things stand; undefined: it is. */
export function whyNot(step: Step, it: Standing, expectedVersion: number): Refusal | undefined {
  if (it.version !== expectedVersion) return refuse('CONFLICT', `It has changed since: its version is ${it.version}.`, 'expectedVersion');
  const from: readonly Standing['status'][] = FROM[step];
  if (!from.includes(it.status)) return refuse('CONFLICT', `It is ${it.status}, and this can be done to what is ${from.join(' or ')}.`);
  switch (step) {
    case 'submit':
      return whyUnsound(it) ?? (it.campaignStatus === 'CLOSED' && !it.isCorrection ? refuse('INVALID', 'The campaign is closed.') : undefined);
    case 'approve':
      return whyUnsound(it);
    case 'correct':
      return it.rivalled ? refuse('CONFLICT', 'A correction is on its way already.') : undefined;
    case 'return':
    case 'withdraw':
      return undefined;
  }
}

const FROM = {
  submit: ['DRAFT', 'RETURNED'],
  approve: ['SUBMITTED'],
  return: ['SUBMITTED'],
  withdraw: ['DRAFT', 'SUBMITTED', 'RETURNED', 'APPROVED'],
  correct: ['APPROVED'],
} as const satisfies Record<Step, readonly Standing['status'][]>;

/** What would not do as a figure that counts. */
function whyUnsound(it: Standing): Refusal | undefined {
  if (!it.active) return refuse('INVALID', 'The unit is not active on that day.');
  if (it.misplaced) return refuse('INVALID', 'The unit with which it was registered does not stand above on that day, by what is known now: return it, to be registered anew.');
  if (it.bereft) return refuse('CONFLICT', 'The figure that it corrects counts no more.');
  if (it.occupied) return refuse('CONFLICT', 'Another figure counts for that day by now: correct that one.');
  return undefined;
}
