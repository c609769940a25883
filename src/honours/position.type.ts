import { defineEnum } from '../shared/enums.js';

export const PositionRole = defineEnum('PositionRole', 'What somebody is in the leadership of a unit.', {
  CHAIR: 'Chair (chủ tịch); of one unit one at a time.',
  STANDING_VICE_CHAIR: 'Standing vice-chair (phó chủ tịch thường trực).',
  VICE_CHAIR: 'Vice-chair (phó chủ tịch).',
  COMMITTEE_MEMBER: 'Member of the executive or standing committee (ủy viên ban chấp hành, ban thường vụ).',
  OTHER: 'Anything else, which `title` says.',
});
export type PositionRole = keyof typeof PositionRole;
