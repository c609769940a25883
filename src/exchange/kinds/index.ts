import { aim } from './aim.js';
import { annualTheme } from './annual-theme.js';
import { award } from './award.js';
import { claim } from './claim.js';
import { contact } from './contact.js';
import { disclosure } from './disclosure.js';
import { document } from './document.js';
import { event } from './event.js';
import { initiative } from './initiative.js';
import { partner } from './partner.js';
import { person } from './person.js';
import { position } from './position.js';
import { practiceModel } from './practice-model.js';
import { region } from './region.js';
import { source } from './source.js';
import { statedRank } from './stated-rank.js';
import { work } from './work.js';

/** In the order in which they are written, in an import and in an export: what refers to another comes after it. */
export const kinds = [source, claim, region, document, annualTheme, aim, partner, event, person, position, contact, work, practiceModel, initiative, award, statedRank, disclosure] as const;
