import { defineEnum } from '../shared/enums.js';

export const DocumentKind = defineEnum('DocumentKind', 'What a document is.', {
  RESOLUTION: 'Resolution (nghị quyết).',
  PLAN: 'Plan (kế hoạch, chương trình hành động).',
  GUIDANCE: 'Guidance (hướng dẫn, công văn).',
  REGULATION: 'Regulation (quy chế, quy định, quyết định).',
  LAW: 'Law, decree or circular of the state.',
  REPORT: 'Report (báo cáo).',
  OTHER: 'None of the others.',
});
export type DocumentKind = keyof typeof DocumentKind;

export const DocumentRole = defineEnum('DocumentRole', 'What a document is to a campaign.', {
  BASIS: 'The campaign rests on it: it carries out what is resolved or planned there.',
  GUIDANCE: 'It says how the campaign is to be carried out.',
});
export type DocumentRole = keyof typeof DocumentRole;
