// Describes what the doubling test measures.

/** Something that takes strangers' text: a function of the product, called as its caller calls it. */
export interface Row {
  /** Calls the function. It may refuse the text, as long as that is quick. */
  run: (text: string) => unknown;
  /** Length of the longest text that the product passes to the function. */
  charsMax: number;
  /** Puts a text where the function's grammar reads it, by name of the place. By default, the text is all that the function reads. */
  places?: Readonly<Record<string, (text: string) => string>>;
  /** Hostile texts for this function, besides the ones for all. */
  shapes?: Readonly<Record<string, Shape>>;
}

export type Rows = Readonly<Record<string, Row>>;

/** Makes a text of about this many characters. */
export type Shape = (chars: number) => string;

/** Writes different pieces until there are this many characters. */
export function numbered(chars: number, write: (at: number) => string, between = ''): string {
  const pieces: string[] = [];
  for (let length = 0; length < chars; length += (pieces.at(-1)?.length ?? 0) + between.length)
    pieces.push(write(pieces.length));
  return pieces.join(between);
}
