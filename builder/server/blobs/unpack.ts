// Unpacks a stored archive into an empty folder. src/archive enforces all rules for paths, sizes and checksums.
import { mkdir, open, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type OpenedArchive, openArchive } from '../../../src/archive/open.ts';
import type { ByteSource } from '../../../src/archive/reading/byte-source.ts';
import { findingAt } from '../../../src/archive/rules/note.ts';
import { type FileEnds, type SourceRules, sourceRules } from '../../../src/archive/rules/source-rules.ts';
import { fileTailBytes, headBytes } from '../../../src/contract/limits/archives.ts';
import type { Language } from '../../../src/contract/plugin/languages.ts';
import { diskFull } from '../core/refusal.ts';
import { nodeDigest } from './node-digest.ts';

/** Larger archives are unpacked in a thread, because inflating them would delay the calls of other instances. */
const inlineBytesMax = 256 * 1024;

/** Returns why the archive can't be unpacked, or undefined on success. Rejects if the archive isn't at fault. */
export async function unpack(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  const { size } = await stat(archivePath);
  const run = size <= inlineBytesMax ? unpackHere : unpackInThread;
  return run(archivePath, folder, language);
}

function unpackInThread(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const workerData = { archivePath, folder, language };
    const thread = new Worker(fileURLToPath(import.meta.resolve('./unpack-thread.ts')), { workerData });
    thread.once('message', (message) => resolve(z.optional(z.string()).parse(message)));
    thread.once('error', reject);
    thread.once('exit', () => resolve('Could not unpack the archive: the thread exited early'));
  });
}

/** Unpacks in this thread. The scan already checked the archive, so a refusal means that the archive has changed since. */
export async function unpackHere(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  const source = await fileSource(archivePath);
  try {
    const archive = await openArchive(source, { language, newDigest: nodeDigest });
    const reason = refusal(archive, language);
    return reason ?? (await writeFiles(archive, folder, sourceRules[language]));
  } finally {
    await source.close();
  }
}

/**
 * Also checks the ends of all files: above 16 MiB, opening doesn't inflate files that are neither sources nor stored (scan policy §8,
 * SLP708).
 */
async function writeFiles(archive: OpenedArchive, folder: string, rules: SourceRules): Promise<string | undefined> {
  for (const { path, source } of archive.files) {
    try {
      const bytes = await archive.read(path);
      const [note] = source ? [] : rules.tailNotes(path, fileEnds(bytes));
      if (note) return findingAt(path, note).message;
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      // `wx` never overwrites: a file system may treat two archive names as the same.
      await writeFile(target, bytes, { flag: 'wx', mode: 0o644 });
    } catch (error) {
      if (diskFull(error) !== undefined) throw error;
      return `Could not unpack ${path}: ${error instanceof Error && 'code' in error ? error.code : error}`;
    }
  }
  return undefined;
}

function fileEnds(bytes: Uint8Array): FileEnds {
  const tail = bytes.subarray(Math.max(0, bytes.length - fileTailBytes));
  return { head: bytes.subarray(0, headBytes), tail, size: bytes.length };
}

/** Findings that can't be waived. The build checks the contents of Go sources. */
const unwaivable = { python: /^SLP70\d$|^SLP710$/, go: /^SLP70[1-6]$|^SLP710$/ };

/** Returns a finding's message if it can't be waived. The scan's verdict covers all others. */
function refusal({ findings, format }: OpenedArchive, language: Language): string | undefined {
  if (format === 'tar.gz') return 'The stored archive is not a zip file';
  return findings.find(({ ruleId }) => unwaivable[language].test(ruleId))?.message;
}

type FileSource = ByteSource & { close(): Promise<void> };

async function fileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new RangeError(`Bytes ${offset} to ${offset + length} are outside a file of ${size} bytes`);
      }
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) throw new RangeError(`The file ended at byte ${offset + at} of ${size}`);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
