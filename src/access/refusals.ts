import { ApiError } from '../shared/errors.js';

/** The credential is none that is taken. One sentence for every reason: the reason is for the log, and quotes nothing of the credential. */
export class Unauthenticated extends ApiError {
  constructor(readonly reason: string) {
    super('UNAUTHENTICATED', 'The request carries no valid credential: send `Authorization: Bearer` with a token or an API key.');
  }
}

/** Nobody can tell who calls: the keys that tokens are signed with, or the table of API keys, are out of reach. */
export class CannotTell extends ApiError {
  constructor(override readonly cause: unknown) {
    super('UNAVAILABLE', 'The server cannot check credentials just now. Try again in a moment.');
  }
}
