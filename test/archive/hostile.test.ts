// Tests that opening arbitrary bytes ends with findings, never throws, and returns no path outside the plugin's folder.
import { expect, test } from 'vitest';
import { memorySource } from '../../src/archive/reading/byte-source.ts';
import { pathProblem } from '../../src/archive/rules/paths.ts';
import { decideVerdict } from '../../src/contract/findings/finding.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { gzip, longName, pax, writeTar } from '../support/archives/tar-writer.ts';
import { writeZip } from '../support/archives/zip-writer.ts';
import { bytesOf, joined, noise } from '../support/bytes.ts';
import { fc } from '../support/property.ts';
import { manifest, pipeline, plugin } from './open-plugin.ts';

const deep = `${'d/'.repeat(60)}x.txt`;
const more = [
  { name: 'lib/a.txt', data: 'text '.repeat(50) },
  { name: 'm.bin', data: noise(300), stored: true },
];
const tar = writeTar([
  manifest,
  pipeline,
  pax({ path: 'é.txt' }),
  { name: 'e.txt', data: 'x' },
  longName(deep),
  { name: 'd', data: 'y' },
]);
const archives = {
  zip: writeZip(plugin(...more, { name: 'd.txt', data: 'described', descriptor: 'signed' }), { comment: 'a comment' }),
  zip64: writeZip(plugin(...more), { zip64: {} }),
  'tar.gz': gzip(tar),
};

/** Opens an archive, reads every file, and returns the verdict and contents. */
async function survey(bytes: Uint8Array<ArrayBuffer>): Promise<{ verdict: string; contents: string[] }> {
  const archive = await openTestArchive(memorySource(bytes));
  for (const { path } of archive.files) expect(pathProblem(path)).toBeUndefined();
  const verdict = decideVerdict(archive.findings);
  if (verdict === 'reject') return { verdict, contents: [] };
  for (const { path, size } of archive.files) expect((await archive.read(path)).length).toBe(size);
  return { verdict, contents: archive.files.map(({ path, sha256 }) => `${path} ${sha256}`).sort() };
}

type Change = (bytes: Uint8Array) => Uint8Array<ArrayBuffer>;
const place = fc.nat({ max: 100_000 });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([at, flip]): Change =>
      (bytes) => {
        const copy = joined([bytes]);
        copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ flip;
        return copy;
      },
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(
    ([at, count]): Change =>
      (bytes) =>
        joined([bytes.subarray(0, at % bytes.length), bytes.subarray((at % bytes.length) + count)]),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([at, added]): Change =>
      (bytes) =>
        joined([bytes.subarray(0, at % bytes.length), added, bytes.subarray(at % bytes.length)]),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Change =>
      (bytes) =>
        joined([
          bytes.subarray(0, to % bytes.length),
          bytes.subarray(from % bytes.length, (from % bytes.length) + 64),
          bytes.subarray(to % bytes.length),
        ]),
  ),
);

test.each(Object.entries(archives))('a %s with one change is rejected or has the same contents', async (_, bytes) => {
  const original = await survey(bytes);
  expect(original.verdict).toBe('pass');
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const { verdict, contents } = await survey(changed(bytes));
      if (verdict !== 'reject') expect(contents).toEqual(original.contents);
    }),
    { numRuns: 200 },
  );
});

test('a tar with one change, in valid gzip, ends in findings', async () => {
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      await survey(gzip(changed(tar)));
    }),
    { numRuns: 100 },
  );
});

test('arbitrary bytes end in findings', async () => {
  const beginnings = ['', 'PK\u0003\u0004', 'PK\u0005\u0006', '\u001f'].map(bytesOf);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 400 }),
      fc.boolean(),
      async (start, rest, end) => {
        const bytes = joined([start, rest, end ? writeZip([]) : noise(0)]);
        expect((await survey(bytes)).verdict).toBe('reject');
      },
    ),
    { numRuns: 300 },
  );
});
