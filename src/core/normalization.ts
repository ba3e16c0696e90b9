// Brings text into a Unicode normal form in time that grows with its length. JavaScript's `normalize` orders a run of combining marks by
// insertion, whose cost is the run's square: 240 KB of them take minutes.

/** Runs long enough to be worth ordering or counting, whichever characters they hold: U+0344 counts for two marks. */
const mayBeLong = /[\p{M}\uff9e\uff9f]{14,}/gu;

/** Combining marks in a row in the stream-safe text format of UAX #15. No language needs as many. */
const streamSafeMarks = 30;

type Form = 'NFC' | 'NFKC';

/** Returns `text.normalize(form)`, in linear time. */
export function normalize(text: string, form: Form): string {
  return text.replace(mayBeLong, (run) => inCanonicalOrder(run, form)).normalize(form);
}

/** Returns what a character is in form NFKD, without its combining marks. */
export function baseOf(character: string): string {
  return character.normalize('NFKD').replace(/\p{M}/gu, '');
}

/**
 * Returns a name in form NFKC. One with a long run of combining marks stays as it is: it equals no name without such a run, and new
 * versions can't have it.
 */
export function normalizeName(name: string): string {
  return hasLongMarkRun(name) ? name : normalize(name, 'NFKC');
}

/** Returns whether more than 30 combining marks follow each other once the text is in compatibility form. */
export function hasLongMarkRun(text: string): boolean {
  // Most names end here, and only runs need a look at each of their characters.
  if (text.search(mayBeLong) < 0) return false;
  const known = new Map<string, readonly boolean[]>();
  let marks = 0;
  for (const character of text) {
    const parts = known.get(character) ?? [...character.normalize('NFKD')].map(isCombining);
    known.set(character, parts);
    for (const isMark of parts) {
      marks = isMark ? marks + 1 : 0;
      if (marks > streamSafeMarks) return true;
    }
  }
  return false;
}

/** Decomposes the characters, and orders each sequence of combining marks as `normalize` does, which then leaves them where they are. */
function inCanonicalOrder(run: string, form: Form): string {
  const decomposition = form === 'NFC' ? 'NFD' : 'NFKD';
  const ranks = ranksOf(new Set(decomposed(new Set(run), decomposition)));
  if (ranks.size === 0) return run;
  const characters = [...decomposed(run, decomposition)];
  let sequence = 0;
  const placed = characters.map((character) => {
    const rank = ranks.get(character) ?? 0;
    if (rank === 0) sequence += 1;
    return { character, sequence, rank };
  });
  placed.sort((a, b) => a.sequence - b.sequence || a.rank - b.rank);
  return placed.map(({ character }) => character).join('');
}

function* decomposed(text: Iterable<string>, form: 'NFD' | 'NFKD'): Generator<string> {
  for (const character of text) yield* character.normalize(form);
}

/** Numbers the combining marks among the characters from 1 in the order of their combining classes. */
function ranksOf(characters: ReadonlySet<string>): Map<string, number> {
  const ranks = new Map<string, number>();
  let rank = 1;
  let previous = '';
  for (const mark of [...characters].filter(isCombining).sort(compareClasses)) {
    if (isMoved(mark, previous)) rank += 1;
    ranks.set(mark, rank);
    previous = mark;
  }
  return ranks;
}

/** The only character of the highest combining class, 240, so every other mark is moved before it. */
const lastInOrder = '\u0345';

/** Returns whether the character's combining class isn't 0. JavaScript has no other way to ask. */
function isCombining(character: string): boolean {
  return character === lastInOrder || isMoved(lastInOrder, character);
}

function compareClasses(a: string, b: string): number {
  if (isMoved(a, b)) return 1;
  return isMoved(b, a) ? -1 : 0;
}

/** Returns whether `second` has the lower combining class, so that it is moved before `first`. */
function isMoved(first: string, second: string): boolean {
  return (first + second).normalize('NFD') !== first + second;
}
