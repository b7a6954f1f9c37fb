/** A command that cannot be done as it was given: its message is for the one who gave it, and stands in one line. */
export class Failure extends Error {
  /** What the process exits with: 1, or 2 where the command line itself is wrong. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A command line that says nothing that can be done. */
export function misused(message: string): Failure {
  return new Failure(message, 2);
}

/** What an error says, in one line. */
export function messageOf(reason: unknown): string {
  const message = reason instanceof Error ? reason.message : String(reason);
  return message.replace(/\s*\n\s*/g, " ");
}

export function codeOf(reason: unknown): string | undefined {
  return reason instanceof Error && "code" in reason ? String(reason.code) : undefined;
}
