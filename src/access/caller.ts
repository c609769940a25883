/** How a caller came in; limits differ by it, rows do not. */
export type CallerClass = 'ANONYMOUS' | 'PARTNER' | 'MEMBER';

/** Who is asking, as the credential proves it. */
export interface Caller {
  /** Subject of the token, or `key:<id>` of an API key; null: anonymous. */
  readonly principal: string | null;
  readonly class: CallerClass;
  /** From when on the credential is taken no more, as far as it says so itself. */
  readonly expiresAt?: Date;
}

export const ANONYMOUS: Caller = { principal: null, class: 'ANONYMOUS' };
