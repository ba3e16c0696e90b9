// Finds characters in a credential that an HTTP header cannot carry. Messages never repeat the credential (D41).

const allowed = /^[\x21-\x7e]$/;

const names = new Map([
  ['\n', 'a line break'],
  ['\r', 'a line break'],
  ['\t', 'a tab'],
  [' ', 'a space'],
]);

/** Returns what is wrong, such as `a line break at position 36`, or undefined. */
export function credentialProblem(credential: string): string | undefined {
  const characters = [...credential];
  const at = characters.findIndex((character) => !allowed.test(character));
  const found = characters[at];
  if (found === undefined) return undefined;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${names.get(found) ?? `the character U+${code}`} at position ${at + 1}`;
}
