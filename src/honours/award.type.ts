import { defineEnum } from '../shared/enums.js';

export const AwardForm = defineEnum('AwardForm', 'The form of an award. `formVi` has its Vietnamese name, which is the one that counts: translations differ.', {
  EMULATION_FLAG: 'Emulation flag (cờ thi đua).',
  CERTIFICATE_OF_MERIT: 'Certificate of merit (bằng khen): of the confederation, a province or what is equal to it.',
  LETTER_OF_COMMENDATION: 'Letter of commendation (giấy khen): of a district, a local sector or a grassroots union.',
  CREATIVE_LABOUR_CERTIFICATE: 'Creative labour certificate (Bằng Lao động sáng tạo), of the confederation.',
  NGUYEN_DUC_CANH_AWARD: 'Nguyễn Đức Cảnh award (Giải thưởng Nguyễn Đức Cảnh), of the confederation, to workers.',
  NGUYEN_VAN_LINH_AWARD: 'Nguyễn Văn Linh award (Giải thưởng Nguyễn Văn Linh), of the confederation, to officers.',
  TITLE: 'An emulation title (danh hiệu), such as Công nhân giỏi; `title` has it.',
  PRIZE: 'A prize (giải).',
  COMMENDATION: 'A commendation (khen thưởng, biểu dương) whose form is not told.',
  OTHER: 'None of the others.',
});
export type AwardForm = keyof typeof AwardForm;

export const AwardBasis = defineEnum('AwardBasis', 'What an award looks at.', {
  COMPREHENSIVE: 'All of the work (toàn diện).',
  THEMATIC: 'One theme (chuyên đề).',
  AD_HOC: 'One achievement, out of turn (đột xuất).',
  PHASE_REVIEW: 'A phase or half-year under review (sơ kết).',
});
export type AwardBasis = keyof typeof AwardBasis;

export const AwardStatus = defineEnum('AwardStatus', 'How far an award has come: nominated, reviewed, decided, presented.', {
  NOMINATED: 'Nominated (đề nghị).',
  REVIEWED: 'Reviewed by a unit above or an issuing one (xét), and to be decided.',
  DECIDED: 'Decided (quyết định).',
  PRESENTED: 'Decided and presented (trao).',
  DECLINED: 'Not given; `statusReason` says why.',
  REVOKED: 'Decided and taken back; `statusReason` says why.',
});
export type AwardStatus = keyof typeof AwardStatus;

export const RecipientKind = defineEnum('RecipientKind', 'What is honoured.', {
  INDIVIDUAL: 'A person (cá nhân).',
  COLLECTIVE: 'A unit or a group (tập thể).',
  HOUSEHOLD: 'A household (hộ gia đình).',
  WORK: 'A work, product or task (công trình).',
  INITIATIVE: 'An initiative (sáng kiến).',
  MEMBERS_CHILD: 'A child of a member (con đoàn viên).',
});
export type RecipientKind = keyof typeof RecipientKind;

