import { defineEnum } from '../shared/enums.js';

export const PartnerKind = defineEnum('PartnerKind', 'What a body is with which units work.', {
  MANAGEMENT: 'The management of an establishment (chuyên môn đồng cấp).',
  GOVERNMENT: 'An authority of the people’s committees (chính quyền).',
  EMPLOYER: 'An employer, or a company.',
  STATE_BODY: 'Another body of state or party.',
  MASS_ORGANISATION: 'A mass organisation, such as the Youth Union or the Women’s Union.',
  OTHER: 'None of the others.',
});
export type PartnerKind = keyof typeof PartnerKind;
