// Writes commands for a shell. Values of users are quoted, and never taken for an option.

/** Nothing is special between single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Writes a word of a command, quoted unless no shell gives its characters a meaning. */
export function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}

/** Value of an option: a text, several, or whether it is given at all. */
type OptionValue = string | readonly string[] | boolean | null | undefined;

/** `slipway` with its words and options. An option without a value is left out. */
export function slipway(words: readonly string[], options: Record<string, OptionValue> = {}): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === false) return [];
    if (value === true) return [`--${name}`];
    return (typeof value === 'string' ? [value] : value).map((text) => option(name, text));
  });
  const dashed = words.findIndex((text) => text.startsWith('-'));
  const [first, last] = dashed < 0 ? [words, []] : [words.slice(0, dashed), words.slice(dashed)];
  return ['slipway', ...first.map(word), ...given, ...(last.length > 0 ? ['--'] : []), ...last.map(word)].join(' ');
}

function option(name: string, value: string): string {
  return `--${name}${value.startsWith('-') ? '=' : ' '}${word(value)}`;
}
