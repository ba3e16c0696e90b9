// Finds characters that a reader doesn't see but a model reads: direction controls, zero-width characters, and tags. Those that emoji and
// scripts need, such as joiners and the variation selector of an emoji, are not hidden.

export interface HiddenCharacter {
  /** Position in UTF-16 units. */
  index: number;
  /** Such as "U+202E (right-to-left override)". */
  name: string;
}

const ignored =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is found
  /[\p{Default_Ignorable_Code_Point}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\u206a-\u206f\ufff9-\ufffb]/gu;

const names: Record<number, string> = {
  173: 'soft hyphen',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'zero width no-break space',
};

/** Where a character that is otherwise hidden belongs to the one before it. */
const needed: readonly { character: RegExp; after: RegExp }[] = [
  {
    character: /[\u200c\u200d]/,
    after:
      /(?:(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\p{L}\p{M}]|[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)$/u,
  },
  // Between words, where a script writes no spaces.
  { character: /\u200b/, after: /[\p{Script=Khmer}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Thai}]$/u },
  { character: /[\ufe0e\ufe0f]/, after: /\p{Emoji}$/u },
  { character: /[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u, after: /[\p{Script=Han}\p{Sm}]$/u },
  { character: /[\u180b-\u180f]/, after: /\p{Script=Mongolian}$/u },
  { character: /[\u115f\u1160]/, after: /(?:^|[^\p{L}]|\p{Script=Hangul})$/u },
];

/** Marks that texts in right-to-left scripts need between letters and signs. */
const mark = /[\u061c\u200e\u200f]/;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Finds each hidden character. */
export function* hiddenCharacters(text: string): Generator<HiddenCharacter & { length: number }> {
  let hasRightToLeft: boolean | undefined;
  for (const { 0: character, index } of text.matchAll(ignored)) {
    if (mark.test(character)) {
      hasRightToLeft ??= rightToLeft.test(text);
      if (hasRightToLeft) continue;
    }
    const before = text.slice(Math.max(0, index - 4), index);
    if (needed.some((one) => one.character.test(character) && one.after.test(before))) continue;
    yield { index, length: character.length, name: nameOf(character) };
  }
}

export function withoutHidden(text: string): string {
  let rest = '';
  let end = 0;
  for (const { index, length } of hiddenCharacters(text)) {
    rest += text.slice(end, index);
    end = index + length;
  }
  return rest + text.slice(end);
}

function nameOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const isTag = point >= 0xe0000 && point <= 0xe007f;
  const name = isTag ? 'tag' : names[point];
  return name === undefined ? code : `${code} (${name})`;
}
