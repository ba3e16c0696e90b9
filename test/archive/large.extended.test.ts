// Takes 4 s: tests that archives of up to 500 MiB (design §6, Confirm; D24) take one pass and constant memory, with some that are larger
// than the memory, and that only scanned files are inflated. Generates the archives as they are read, so it measures src/archive alone.
import { createHash } from 'node:crypto';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { nodeDigest } from '../../builder/server/blobs/node-digest.ts';
import { crc32 } from '../../src/archive/compression/crc32.ts';
import { type OpenOptions, openArchive } from '../../src/archive/open.ts';
import type { ByteSource } from '../../src/archive/reading/byte-source.ts';
import { countedSource, Meter } from '../../src/archive/reading/meter.ts';
import { centralDirectory, localHeader, type WrittenEntry } from '../../src/archive/zip/zip-format.ts';
import type { ZipSink } from '../../src/archive/zip/zip-writer.ts';
import { headBytes, inMemoryBytesMax, partBytes, uploadBytesMax } from '../../src/contract/limits/archives.ts';
import { openTestArchive } from '../support/archives/open-archive.ts';
import { tarHeader } from '../support/archives/tar-writer.ts';
import { type Segment, segmentsSource, storedGzip } from '../support/archives/virtual-bytes.ts';
import { bytesOf, joined } from '../support/bytes.ts';

const MiB = 1024 * 1024;
const heldBytesMax = 64 * MiB;
/** Large enough to show that memory doesn't grow with the archive. */
const largeBytes = 96 * MiB;

interface LargeFile {
  path: string;
  content: Segment;
  deflated?: boolean;
  /** A wrong CRC to write in the headers. */
  crc32?: number;
}

const source = bytesOf('VALUE = 1\n'.repeat(2000));
const sources: LargeFile[] = Array.from({ length: 28 }, (_, i) => ({ path: `lib/module_${i}.py`, content: source }));
const manifest = { path: 'manifest.py', content: bytesOf('features = []\n') };
const pipeline = { path: 'pipeline.py', content: bytesOf('def build_steps(request):\n    return {}\n') };

/** Returns a plugin with model files that make it a zip or tar of `size` bytes. */
function largePlugin(size: number): LargeFile[] {
  const third = Math.floor(size / 3);
  const models = [0, 1, 2].map((i) => ({
    path: `models/part_${i}.safetensors`,
    content: third - (i === 2 ? 800_000 : 0),
  }));
  return [manifest, ...models, pipeline, ...sources];
}

function largeZip(files: readonly LargeFile[]): ByteSource {
  const segments: Segment[] = [];
  const entries: WrittenEntry[] = [];
  let offset = 0;
  for (const { path, content, deflated = false, crc32: declared } of files) {
    const hasBytes = typeof content !== 'number';
    const packed = hasBytes && deflated ? deflateSync(content) : content;
    const entry: WrittenEntry = {
      name: bytesOf(path),
      method: deflated ? 'deflated' : 'stored',
      crc32: declared ?? (hasBytes ? crc32(content) : 0x12345678),
      compressedSize: lengthOf(packed),
      size: lengthOf(content),
      descriptor: false,
      headerOffset: offset,
    };
    const header = localHeader(entry);
    segments.push(header, packed);
    entries.push(entry);
    offset += header.length + entry.compressedSize;
  }
  return segmentsSource([...segments, centralDirectory(entries, offset)]);
}

function lengthOf(segment: Segment): number {
  return typeof segment === 'number' ? segment : segment.length;
}

async function largeTarGz(files: readonly LargeFile[]): Promise<ByteSource> {
  const segments = files.flatMap(({ path, content }): Segment[] => {
    const size = lengthOf(content);
    return [tarHeader({ name: path, size }), content, new Uint8Array((512 - (size % 512)) % 512)];
  });
  return await storedGzip(segmentsSource([...segments, new Uint8Array(1024)]));
}

/** Accepts parts as R2 does, but records only their lengths. */
function measuringSink(): ZipSink & { parts: number[]; ended: string } {
  const parts: number[] = [];
  const sink = {
    parts,
    ended: 'open',
    write: async (part: Uint8Array) => {
      parts.push(part.length);
    },
    close: async () => {
      sink.ended = 'closed';
      return segmentsSource([parts.reduce((sum, length) => sum + length, 0)]);
    },
    abort: async () => {
      sink.ended = 'aborted';
    },
  };
  return sink;
}

async function measured(from: ByteSource, options: Partial<OpenOptions> = {}) {
  const meter = new Meter();
  const counted = countedSource(from);
  const archive = await openArchive(counted, { meter, newDigest: nodeDigest, ...options });
  return { archive, meter, counted };
}

describe('a zip much larger than the memory limit', () => {
  test('a zip much larger than the memory limit is read once, with little memory, and stored entries are not inflated', async () => {
    const zip = largeZip(largePlugin(largeBytes));
    const { archive, meter, counted } = await measured(zip);
    expect(archive.findings).toEqual([]);
    expect(archive.files.filter((file) => file.source)).toHaveLength(30);
    for (const { path, source: isSource } of archive.files) if (isSource) await archive.read(path);
    expect(counted.readBytes / zip.size).toBeLessThan(1.01);
    expect(meter.heldPeakBytes).toBeLessThan(heldBytesMax);
    expect(meter.inflatedBytes).toBe(0);
  });

  test('a zip much larger than the memory limit is rejected by its directory before any content is read', async () => {
    const { archive, meter } = await measured(
      largeZip([...largePlugin(100 * MiB), { path: '../x.py', content: source }]),
    );
    expect(archive.findings.map(({ ruleId, file }) => [ruleId, file])).toEqual([['SLP701', '../x.py']]);
    expect(archive.files).toEqual([]);
    expect(meter.inflatedBytes).toBe(0);
  });
});

describe('a large zip', () => {
  const size = 24 * MiB;

  test('a large zip has the SHA-256 of its bytes, with any digest implementation', async () => {
    const zip = largeZip(largePlugin(size));
    const expected = createHash('sha256')
      .update(await zip.read(0, zip.size))
      .digest('hex');
    expect((await measured(zip)).archive.sha256).toBe(expected);
    expect((await openTestArchive(zip)).sha256).toBe(expected);
  });

  test("a large zip's partly read files have their first bytes checked", async () => {
    const elf = joined([Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), new Uint8Array(MiB)]);
    const { archive } = await measured(largeZip([...largePlugin(size), { path: 'data.bin', content: elf, crc32: 7 }]));
    expect(archive.findings.map(({ ruleId, file }) => [ruleId, file])).toEqual([['SLP707', 'data.bin']]);
  });

  test("a large zip's scanned files have their CRCs checked", async () => {
    const { archive } = await measured(largeZip([...largePlugin(size), { path: 'x.py', content: source, crc32: 7 }]));
    expect(archive.findings.map(({ ruleId, file }) => [ruleId, file])).toEqual([['SLP704', 'x.py']]);
  });

  test('a large zip has every CRC checked if checkAll is set', async () => {
    const { archive } = await measured(largeZip(largePlugin(size)), { checkAll: true });
    expect(archive.findings.map(({ ruleId, file }) => [ruleId, file])).toEqual(
      [0, 1, 2].map((i) => ['SLP704', `models/part_${i}.safetensors`]),
    );
  });

  test('a large zip has digests only for files read in full', async () => {
    const { archive } = await measured(largeZip(largePlugin(size)));
    const digests = archive.files.map(({ sha256, source: isSource }) => [isSource, sha256 !== null]);
    expect(digests.every(([isSource, hasDigest]) => isSource === hasDigest)).toBe(true);
  });

  test("a large zip's files can each be read with one range read", async () => {
    const { archive, counted } = await measured(largeZip(largePlugin(size)));
    const before = counted.readBytes;
    await expect(archive.read('models/part_0.safetensors')).rejects.toThrow('size or CRC mismatch');
    expect(counted.readBytes - before).toBe(8 * MiB);
  });

  test('a large zip above the upload limit is rejected', async () => {
    const { archive } = await measured(segmentsSource([uploadBytesMax + 1]));
    expect(archive.findings.map(({ ruleId }) => ruleId)).toEqual(['SLP705']);
  });

  test('a large file that is not a zip is reported', async () => {
    const { archive, meter } = await measured(segmentsSource([inMemoryBytesMax + 1]));
    expect(archive.findings.map(({ ruleId }) => ruleId)).toEqual(['SLP710']);
    expect(meter.heldPeakBytes).toBeLessThan(8 * MiB);
  });
});

describe('a large zip of compressed files', () => {
  test('a large zip of compressed files has its scanned files inflated in full, and only the first bytes of other files', async () => {
    const text = bytesOf('word '.repeat(60_000));
    const texts = Array.from({ length: 60 }, (_, i) => ({ path: `data/${i}.txt`, content: text, deflated: true }));
    const deflated = sources.map((file) => ({ ...file, deflated: true }));
    const zip = largeZip([manifest, pipeline, ...deflated, ...texts, { path: 'm.onnx', content: 17 * MiB }]);
    const { archive, meter } = await measured(zip);
    expect(archive.findings).toEqual([]);
    for (const { path, source: isSource } of archive.files) if (isSource) await archive.read(path);
    expect(meter.inflatedBytes).toBe(sources.length * source.length + texts.length * headBytes);
  });
});

describe('sources beyond the cache limit', () => {
  test('sources beyond the cache limit are read again one by one', async () => {
    const text = joined([bytesOf('#'), new Uint8Array(MiB).fill(0x78)]);
    const many = Array.from({ length: 40 }, (_, i) => ({ path: `big_${i}.py`, content: text }));
    const { archive, meter } = await measured(largeZip([manifest, pipeline, ...many]));
    expect(archive.findings).toEqual([]);
    for (const { path, size } of archive.files) expect((await archive.read(path)).length).toBe(size);
    expect(meter.heldPeakBytes).toBeLessThan(heldBytesMax);
  });
});

describe('a tar.gz much larger than the memory limit', () => {
  test('a tar.gz much larger than the memory limit becomes a zip in parts, in one pass and with little memory', async () => {
    const tarGz = await largeTarGz(largePlugin(largeBytes));
    const sink = measuringSink();
    const { archive, meter, counted } = await measured(tarGz, { newSink: () => sink });
    expect(archive.findings).toEqual([]);
    expect(archive.files.filter((file) => file.source)).toHaveLength(30);
    for (const { path, source: isSource } of archive.files) if (isSource) await archive.read(path);
    expect(counted.readBytes / tarGz.size).toBeLessThan(1.01);
    expect(meter.heldPeakBytes).toBeLessThan(heldBytesMax);
    expect(sink.ended).toBe('closed');
    expect(new Set(sink.parts.slice(0, -1))).toEqual(new Set([partBytes]));
    expect(sink.parts.at(-1)).toBeLessThanOrEqual(partBytes);
  }, 240_000);
});

describe('a large tar.gz', () => {
  const size = 24 * MiB;

  test('a large tar.gz becomes a zip with the same files', async () => {
    const { archive } = await measured(await largeTarGz(largePlugin(size)));
    if (!archive.zip) throw new Error('not repacked');
    expect(
      archive.files
        .filter(({ method }) => method === 'stored')
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      'manifest.py',
      'models/part_0.safetensors',
      'models/part_1.safetensors',
      'models/part_2.safetensors',
      'pipeline.py',
    ]);
    const { archive: again } = await measured(archive.zip.source, { checkAll: true });
    expect(again.findings).toEqual([]);
    expect(again.sha256).toBe(archive.zip.sha256);
    expect(again.files).toEqual(archive.files);
  });

  test('a large tar.gz that is rejected leaves nothing behind', async () => {
    const sink = measuringSink();
    const { archive } = await measured(
      await largeTarGz([...largePlugin(size), { path: 'a/../../x.py', content: source }]),
      { newSink: () => sink },
    );
    expect(archive.findings.map(({ ruleId }) => ruleId)).toEqual(['SLP701']);
    expect([archive.zip, sink.ended]).toEqual([null, 'aborted']);
  });

  test('a large tar.gz whose source fails leaves nothing behind', async () => {
    const tarGz = await largeTarGz(largePlugin(size));
    const failing: ByteSource = {
      size: tarGz.size,
      read: async (offset, length) => {
        if (offset > 16 * MiB) throw new Error('the connection was lost');
        return await tarGz.read(offset, length);
      },
    };
    const sink = measuringSink();
    await expect(measured(failing, { newSink: () => sink })).rejects.toThrow('the connection was lost');
    expect(sink.ended).toBe('aborted');
  });

  test('a large tar.gz that fits into one part needs no sink', async () => {
    const small = await largeTarGz([manifest, pipeline, ...sources]);
    const { archive } = await measured(small, {
      newSink: () => {
        throw new Error('no sink should be created');
      },
    });
    expect(archive.zip?.source.size).toBeLessThan(partBytes);
  });
});
