// Reads and writes lines: `\nTERM POSTINGS`, sorted by term. Postings are the plugins' numbers in ascending order, each as its distance from
// the previous one in base 32, followed by a capital letter for the fields that contain the term.
import { indexLimits } from '../../contract/features/search/limits.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import { joinedTerm, mayMistype, reversed, termsOf } from './terms.ts';

/** A plugin's fields, as bits. */
export const fieldBits = { name: 1, tags: 2, description: 4, readme: 8 } as const;

/** Marks of terms that aren't words as typed. No word contains these characters. */
export const marks = {
  /** A whole name, without separators. */
  whole: '=',
  /** Words of names and tags, from the start and from the end, among which the search looks for typos. */
  forward: '~',
  backward: '<',
  owner: '@owner:',
  kind: '@kind:',
} as const;

export interface Described {
  number: number;
  kind: PluginKind;
  ownerId: OwnerId;
  name: string;
  tags: readonly string[];
  description: string;
  readme: string;
}

/** Returns a plugin's lines. */
export function linesOf({ number, kind, ownerId, name, tags, description, readme }: Described): string {
  const { terms } = indexLimits;
  const bits = new Map<string, number>();
  const add = (term: string, bit: number) => bits.set(term, (bits.get(term) ?? 0) | bit);
  const joined = joinedTerm(name);
  const named = termsOf(name, terms.name);
  const tagged = termsOf(tags.join(' '), terms.tags);
  for (const term of named) add(term, fieldBits.name);
  for (const term of tagged) add(term, fieldBits.tags);
  for (const term of termsOf(description, terms.description)) add(term, fieldBits.description);
  for (const term of termsOf(readme, terms.readme)) add(term, fieldBits.readme);
  for (const term of new Set([...named, ...tagged, joined])) {
    if (!mayMistype(term)) continue;
    const found = (bits.get(term) ?? 0) & (fieldBits.name | fieldBits.tags) || fieldBits.name;
    add(`${marks.forward}${term}`, found);
    add(`${marks.backward}${reversed(term)}`, found);
  }
  if (joined !== '') add(`${marks.whole}${joined}`, fieldBits.name);
  add(`${marks.owner}${ownerId}`, fieldBits.name);
  add(`${marks.kind}${kind}`, fieldBits.name);
  return [...bits]
    .map(([term, mask]) => lineOf(term, [[number, mask]]))
    .sort()
    .join('');
}

type Posting = [number: number, mask: number];

function lineOf(term: string, postings: readonly Posting[]): string {
  let before = 0;
  let text = `\n${term} `;
  for (const [number, mask] of postings) {
    text += (number - before).toString(32) + String.fromCharCode(64 + mask);
    before = number;
  }
  return text;
}

/** Calls `visit` with each posting in the text between the positions. */
function decode(text: string, from: number, to: number, visit: (number: number, mask: number) => void): void {
  let number = 0;
  let distance = 0;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code > 64 && code < 80) {
      number += distance;
      distance = 0;
      visit(number, code - 64);
    } else distance = distance * 32 + code - (code < 58 ? 48 : 87);
  }
}

/** Calls `visit` with each posting of the accepted terms that begin with the prefix. A space after the prefix ends the term. */
export function visitLines(
  text: string,
  prefix: string,
  visit: (term: string, number: number, mask: number) => void,
  accepts: (term: string) => boolean = () => true,
) {
  const begin = `\n${prefix}`;
  for (let at = text.indexOf(begin); at >= 0 && text.startsWith(begin, at); ) {
    const space = text.indexOf(' ', at);
    const next = text.indexOf('\n', at + 1);
    const term = text.slice(at + 1, space);
    const end = next < 0 ? text.length : next;
    if (accepts(term)) decode(text, space + 1, end, (number, mask) => visit(term, number, mask));
    at = next;
  }
}

/** Changes of lines by a merge: the plugins whose postings are replaced, and their new postings by term. */
export interface Changes {
  numbers: ReadonlySet<number>;
  /** Terms that the plugins had or have. */
  terms: ReadonlyMap<string, readonly Posting[]>;
}

/** Collects the changes that replace plugins' lines. */
export function changesOf(
  plugins: readonly { number: number; merged: string | null; queued: string | null }[],
): Changes {
  const terms = new Map<string, Posting[]>();
  const add = (term: string, ...postings: Posting[]) => terms.set(term, [...(terms.get(term) ?? []), ...postings]);
  for (const { merged, queued } of plugins.toSorted((a, b) => a.number - b.number)) {
    visitLines(merged ?? '', '', (term) => add(term));
    visitLines(queued ?? '', '', (term, number, mask) => add(term, [number, mask]));
  }
  return { numbers: new Set(plugins.map(({ number }) => number)), terms };
}

/** Returns a block's lines after the changes, whose terms are in the block's range and sorted. Repeating it changes nothing. */
export function changedLines(text: string, sorted: readonly string[], { numbers, terms }: Changes): string[] {
  const lines: string[] = [];
  let next = 0;
  const change = (term: string, kept: readonly Posting[]) => {
    const postings = [...kept, ...(terms.get(term) ?? [])].sort(([a], [b]) => a - b);
    if (postings.length > 0) lines.push(lineOf(term, postings));
  };
  for (const line of text.split('\n').slice(1)) {
    const space = line.indexOf(' ');
    const term = line.slice(0, space);
    for (let added = sorted[next]; added !== undefined && added < term; added = sorted[++next]) change(added, []);
    if (sorted[next] !== term) {
      lines.push(`\n${line}`);
      continue;
    }
    next++;
    const kept: Posting[] = [];
    decode(line, space + 1, line.length, (number, mask) => numbers.has(number) || kept.push([number, mask]));
    change(term, kept);
  }
  for (const added of sorted.slice(next)) change(added, []);
  return lines;
}
