import { describe, expect, test } from 'vitest';
import { isPrincipal } from '../../src/access/principal.js';
import { isBlank } from '../../src/shared/blank.js';

describe('a text that shows nothing', () => {
  test.each([
    ['', 'no sign'], [' \t\n\u00a0\u3000', 'blanks'], ['\u200b', 'a blank of no width'], ['\u200c\u200d\u2060\ufeff', 'joiners'], ['\u00ad', 'a soft hyphen'], ['\u200e\u202e\u2066', 'marks of direction'],
    ['\u115f\u1160\u3164\uffa0', 'fillers'], ['\u2800', 'an empty Braille cell'], ['\u034f\ufe0f\u{e0100}', 'joiners and selectors of what is not there'], [' \u200b \u0007', 'several'],
  ])('%j: %s', (text) => {
    expect(isBlank(text)).toBe(true);
    expect(isPrincipal(text)).toBe(false);
  });

  test.each(['a', '0', '\u200ba\u200b', 'Nguyễn', '\u0323', '·', '👩\u200d🔧'])('not %j', (text) => expect(isBlank(text)).toBe(false));
});
