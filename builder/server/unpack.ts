// Writes a stored archive's files to a fresh folder. Every rule about paths, sizes and checksums is src/archive's.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { type OpenedArchive, openArchive } from '../../src/archive/open.ts';
import { type StartError, startErrorSchema } from '../../src/contract/builder.ts';
import { fileSource } from './file-source.ts';

/** Above, inflating would hold up the calls of other instances for too long: it gets a thread. */
const inlineBytesMax = 256 * 1024;

/** Returns why the archive can't be unpacked. */
export async function unpack(archivePath: string, folder: string): Promise<StartError | undefined> {
  const { size } = await stat(archivePath);
  return size <= inlineBytesMax ? unpackHere(archivePath, folder) : unpackInThread(archivePath, folder);
}

function unpackInThread(archivePath: string, folder: string): Promise<StartError | undefined> {
  return new Promise((resolve) => {
    const thread = new Worker(new URL('./unpack-thread.ts', import.meta.url), { workerData: { archivePath, folder } });
    thread.once('message', (message) => resolve(z.optional(startErrorSchema).parse(message)));
    thread.once('error', (error) => resolve(invalid(`unpacking failed: ${error.message}`)));
    thread.once('exit', () => resolve(invalid('unpacking ended early')));
  });
}

/** The scan judged the archive before; what is refused here changed since, or on the way. */
export async function unpackHere(archivePath: string, folder: string): Promise<StartError | undefined> {
  const source = await fileSource(archivePath);
  try {
    const archive = await openArchive(source);
    const reason = refusal(archive);
    return reason === undefined ? await writeFiles(archive, folder) : invalid(reason);
  } finally {
    await source.close();
  }
}

async function writeFiles(archive: OpenedArchive, folder: string): Promise<StartError | undefined> {
  for (const { path } of archive.files) {
    try {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      // Never over another file: a file system may take two names of an archive for one.
      await writeFile(target, await archive.read(path), { flag: 'wx', mode: 0o644 });
    } catch (error) {
      return invalid(`${path} can't be unpacked: ${error instanceof Error && 'code' in error ? error.code : error}`);
    }
  }
  return undefined;
}

/** The findings that nobody can waive (scan policy §8b); the others are for the scan's verdict. */
function refusal({ findings, format }: OpenedArchive): string | undefined {
  if (format === 'tar.gz') return 'the stored archive is no zip';
  return findings.find(({ ruleId }) => ruleId === 'SLP710' || ruleId.startsWith('SLP70'))?.message;
}

function invalid(message: string): StartError {
  return { code: 'archive-invalid', message };
}
