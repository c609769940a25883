import { readConfig } from '../../src/config.js';

const OFF = { LIENDOAN_ANSWER_CACHE_MB: '0' } as const;

/** Whether this server keeps answers at all. */
export const keepsAnswers = ((): boolean => {
  try {
    readConfig(OFF);
    return true;
  } catch {
    return false;
  }
})();

/** The settings with which it keeps none. */
export const answersUnkept: Readonly<Record<string, string>> = keepsAnswers ? OFF : {};
