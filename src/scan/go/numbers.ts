// Reads Go numbers. Where a number ends follows the compiler's rule; whether it is well formed follows the specification.

/** The characters that the compiler reads as a number, valid or not. */
const numberText =
  /0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?i?|0[bBoO][\d_]*i?|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?i?/y;

const digits = '\\d(?:_?\\d)*';
const hexDigits = '[\\da-fA-F](?:_?[\\da-fA-F])*';
const wellFormed = new RegExp(
  [
    '[1-9](?:_?\\d)*',
    // A leading 0 makes a number octal, unless it is imaginary or has a point or an exponent.
    '0(?:_?[0-7])*',
    `${digits}i`,
    '0[oO](?:_?[0-7])+i?',
    '0[bB](?:_?[01])+i?',
    `0[xX]_?${hexDigits}i?`,
    `(?:${digits}\\.(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?i?`,
    `${digits}[eE][+-]?${digits}i?`,
    `0[xX](?:_?${hexDigits}(?:\\.(?:${hexDigits})?)?|\\.${hexDigits})[pP][+-]?${digits}i?`,
  ]
    .map((form) => `^(?:${form})$`)
    .join('|'),
);

export function numberEnd(text: string, at: number): number {
  numberText.lastIndex = at;
  return at + (numberText.exec(text)?.[0].length ?? 0);
}

export function isNumber(text: string): boolean {
  return wellFormed.test(text);
}
