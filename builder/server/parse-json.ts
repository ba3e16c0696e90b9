// Parses JSON from files that an earlier builder may have left unfinished.

/** Returns the parsed text, or undefined if it isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
