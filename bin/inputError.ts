/**
 * What the person at the keyboard can put right: a file that is not there, an option that is not
 * legal. The command line prints its message alone and exits with code 2.
 */
export class InputError extends Error {
  override name = "InputError";
}

/** Returns the message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
