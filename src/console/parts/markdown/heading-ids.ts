// IDs of headings, as GitHub forms them, so that a README's own links to its headings work here too.

/** Keeps IDs of a README apart from those of the page, and from the names that scripts look up. */
const prefix = 'readme-';
const idCharsMax = 100;

/** Returns the ID of the heading with this text. */
export function headingId(text: string): string {
  const slug = text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
  return `${prefix}${slug.slice(0, idCharsMax)}`;
}

/** Numbers headings with the same text. */
export class HeadingIds {
  readonly #counts = new Map<string, number>();

  next(text: string): string {
    const first = headingId(text);
    let count = this.#counts.get(first) ?? 0;
    let id = count === 0 ? first : `${first}-${count}`;
    while (this.#counts.has(id)) id = `${first}-${++count}`;
    this.#counts.set(first, count + 1);
    if (id !== first) this.#counts.set(id, 1);
    return id;
  }
}
