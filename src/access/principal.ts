import { isBlank } from '../shared/blank.js';

/** Whether a text can name a principal: nothing that looks like another one, or like none. */
export function isPrincipal(text: string): boolean {
  return !isBlank(text) && text.length <= 255 && text.trim() === text && !/\p{Cc}|\p{Cs}/u.test(text);
}
