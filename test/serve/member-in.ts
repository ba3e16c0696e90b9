// Reads JSON as it is written.

/** Returns the value of a member exactly as it is written in the JSON text. */
export function memberIn(text: string, name: string): string {
  const from = text.indexOf(`"${name}":`) + name.length + 3;
  let depth = 0;
  for (let at = from; ; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && --depth === 0) return text.slice(from, at + 1);
  }
}
