// Runs a step that may fail, where the reason is a value.

/** Returns the code of the error, if there is one. */
export function attempt(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
