import { defineEnum } from '../shared/enums.js';

export const SeriesStep = defineEnum('SeriesStep', 'How far apart the points of a series are.', {
  DAY: 'Each day.',
  MONTH: 'The last day of each month.',
  QUARTER: 'The last day of each quarter of a year.',
  YEAR: 'The last day of each year.',
  CHANGE: 'Each day on which the result became another, or none.',
});
export type SeriesStep = keyof typeof SeriesStep;
