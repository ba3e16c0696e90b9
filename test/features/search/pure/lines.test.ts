// Tests how plugins' words are stored, merged and ranked.
import { expect, test } from 'vitest';
import { changedLines, changesOf, type Described, linesOf, visitLines } from '../../../../src/features/search/lines.ts';
import { asTyped, everyField, rank, scored } from '../../../../src/features/search/rank.ts';

const plugin: Described = {
  number: 1,
  kind: 'extractor',
  ownerId: 'ns_1',
  name: 'text_profile',
  tags: ['statistics'],
  description: 'Counts words',
  readme: 'Counts words of a text, also 画像, 𠮷野家 and 🎉.',
};

function mergedLines(block: string, changes: ReturnType<typeof changesOf>): string {
  return changedLines(block, [...changes.terms.keys()].sort(), changes).join('');
}

function postings(text: string, prefix: string) {
  const found: [string, number, number][] = [];
  visitLines(text, prefix, (...posting) => found.push(posting));
  return found;
}

test('lines are sorted by term, in the order of SQLite', () => {
  const terms = linesOf(plugin)
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(' ')));
  const bytes = (text: string) => [...new TextEncoder().encode(text)].map((byte) => String.fromCharCode(byte)).join('');
  expect(terms).toEqual(terms.toSorted((a, b) => (bytes(a) < bytes(b) ? -1 : 1)));
});

test('a block has the postings of all merged plugins, and merging twice changes nothing', () => {
  const numbers = [1, 40, 41, 5000];
  const changes = changesOf(
    numbers.map((number) => ({ number, merged: null, queued: linesOf({ ...plugin, number }) })),
  );
  const block = mergedLines('', changes);
  expect(postings(block, 'text ').map(([, number]) => number)).toEqual(numbers);
  expect(mergedLines(block, changes)).toBe(block);
});

test('a plugin that changes loses its old terms and keeps its number', () => {
  const queued = linesOf(plugin);
  const other = { number: 2, merged: null, queued: linesOf({ ...plugin, number: 2 }) };
  const block = mergedLines('', changesOf([{ number: 1, merged: null, queued }, other]));
  const renewed = linesOf({ ...plugin, description: 'Measures words' });
  const changed = mergedLines(block, changesOf([{ number: 1, merged: queued, queued: renewed }]));
  expect(postings(changed, 'measures ')).toEqual([['measures', 1, 4]]);
  expect(postings(changed, 'counts ')).toEqual([
    ['counts', 1, 8],
    ['counts', 2, 12],
  ]);
  const emptied = mergedLines(changed, changesOf([{ number: 1, merged: renewed, queued: '' }]));
  expect(postings(emptied, '').filter(([, number]) => number === 1)).toEqual([]);
});

test('a name outranks a tag, a tag a description, a description a README, and a whole word its start', () => {
  const silent = { ...plugin, name: 'p', tags: [], description: '', readme: '' };
  const described: Partial<Described>[] = [
    { name: 'audio' },
    { tags: ['audio'] },
    { description: 'audio' },
    { description: 'audiobooks' },
    { readme: 'audio' },
  ];
  const queue = described.map((own, number) => ({ number, lines: linesOf({ ...silent, ...own, number }) }));
  const index = { queue: queue.reverse(), blocks: new Map() };
  const scores = scored(index, [asTyped('audio')], () => everyField);
  const words = [{ joined: 'audio', parts: [] }];
  expect(rank(words, new Map([['audio', scores]]), new Map()).map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
});
