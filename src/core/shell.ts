// Quotes text for a shell.

/** Quotes text for a shell. Single quotes disable all special characters. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a word of a command if it contains characters that are special to a shell. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}
