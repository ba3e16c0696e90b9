// Writes shell commands. Quotes user values and never lets them act as options.
import { word } from '../../core/shell.ts';

/** An option's value: a string, several strings, or true for a flag. */
type OptionValue = string | readonly string[] | boolean | null | undefined;

/** Returns a `slipway` command with words and options. Leaves out options without a value. */
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
