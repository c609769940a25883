import { defineEnum } from '../shared/enums.js';

export const AimDirection = defineEnum('AimDirection', 'Whether something is to become more or less.', {
  UP: 'More.',
  DOWN: 'Less.',
  HOLD: 'Neither: it is to stay.',
});
export type AimDirection = keyof typeof AimDirection;
