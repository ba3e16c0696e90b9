// Reveals characters that disguise text: direction marks, controls, zero-width characters, and tags that only models read.

const deceptive =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is made visible
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e01ef}]/gu;

export function visible(text: string): string {
  return text.replaceAll(
    deceptive,
    (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase()}]`,
  );
}
