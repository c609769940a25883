/** What can be told of an event. */
import type { EventCounted } from './event.type.js';

/** What comes in whole things; whatever else is counted, by its noun, may be weighed or measured. */
export const isWhole = (of: EventCounted): boolean => of !== 'OTHER';
