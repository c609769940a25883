/**
 * A failure that the operator can put right: a setting, a port, a folder, a server.
 * The command line prints its message as it is, on one line and without a stack, and exits with `exitCode`.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';

  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** What went wrong, in a few words on one line, whatever was thrown. Never carries a password: pg puts none in its errors. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error instanceof Error) {
    const text = error.message.trim() || codeOf(error) || error.name;
    return text.replaceAll(/\s*\n\s*/g, ' ');
  }
  return String(error);
}

/** The error code of Node (`EACCES`) or PostgreSQL (`3D000`), where there is one. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
