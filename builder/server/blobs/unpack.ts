// Writes a stored archive's files to a fresh folder. Every rule about paths, sizes and checksums is src/archive's.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type OpenedArchive, openArchive } from '../../../src/archive/open.ts';
import type { Language } from '../../../src/contract/languages.ts';
import { fileSource } from './file-source.ts';
import { nodeDigest } from './node-digest.ts';

/** Above, inflating would hold up the calls of other instances for too long: it gets a thread. */
const inlineBytesMax = 256 * 1024;

/** Returns why the archive can't be unpacked. */
export async function unpack(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  const { size } = await stat(archivePath);
  const run = size <= inlineBytesMax ? unpackHere : unpackInThread;
  return run(archivePath, folder, language);
}

function unpackInThread(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  return new Promise((resolve) => {
    const workerData = { archivePath, folder, language };
    const thread = new Worker(fileURLToPath(import.meta.resolve('./unpack-thread.ts')), { workerData });
    thread.once('message', (message) => resolve(z.optional(z.string()).parse(message)));
    thread.once('error', (error) => resolve(`unpacking failed: ${error.message}`));
    thread.once('exit', () => resolve('unpacking ended early'));
  });
}

/** The scan judged the archive before; what is refused here changed since, or on the way. */
export async function unpackHere(archivePath: string, folder: string, language: Language): Promise<string | undefined> {
  const source = await fileSource(archivePath);
  try {
    const archive = await openArchive(source, { language, newDigest: nodeDigest });
    const reason = refusal(archive, language);
    return reason ?? (await writeFiles(archive, folder));
  } finally {
    await source.close();
  }
}

async function writeFiles(archive: OpenedArchive, folder: string): Promise<string | undefined> {
  for (const { path } of archive.files) {
    try {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      // Never over another file: a file system may take two names of an archive for one.
      await writeFile(target, await archive.read(path), { flag: 'wx', mode: 0o644 });
    } catch (error) {
      return `${path} can't be unpacked: ${error instanceof Error && 'code' in error ? error.code : error}`;
    }
  }
  return undefined;
}

/** The findings that nobody can waive (scan policy §8b). Of a Go source's contents the build says what it takes. */
const unwaivable = { python: /^SLP70\d$|^SLP710$/, go: /^SLP70[1-6]$|^SLP710$/ };

/** The other findings are for the scan's verdict. */
function refusal({ findings, format }: OpenedArchive, language: Language): string | undefined {
  if (format === 'tar.gz') return 'the stored archive is no zip';
  return findings.find(({ ruleId }) => unwaivable[language].test(ruleId))?.message;
}
