// A version's archive, fetched, checked against its digest and unpacked: all of it or nothing.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { memorySource } from '../../archive/byte-source.ts';
import { openArchive } from '../../archive/open.ts';
import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failure.ts';
import type { VersionRef } from './active-version.ts';

interface Pulling {
  folder: string;
  force: boolean;
}

export async function pullVersion(
  connection: Connection,
  version: VersionRef,
  { folder, force }: Pulling,
): Promise<Told> {
  const { client, namespaceId, signal } = connection;
  if (!force && existsSync(folder) && (await readdir(folder)).length > 0)
    throw new Failure('conflict', `${folder} is not empty`, { hint: 'Name another folder with --output, or --force.' });
  const download = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download', {
    path: { namespace_id: await namespaceId(), plugin_id: version.pluginId },
    signal,
  });
  const bytes = await fetchArchive(download.download_url, signal);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== download.code_hash)
    throw new Failure('failed', `the archive is not the published one: sha256 ${sha256}, not ${download.code_hash}`, {
      hint: 'Try again; if it stays, the storage is damaged.',
    });
  const files = await unpack(bytes, folder);
  return {
    json: { name: version.name, version: version.version, sha256, folder: resolve(folder), files },
    text: `✓ ${version.name} ${version.version}: ${files} files in ${folder}\n`,
  };
}

async function fetchArchive(url: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new Failure('failed', `the archive could not be fetched: ${response.status}`, { hint: 'Try again.' });
  return new Uint8Array(await response.arrayBuffer());
}

/** A full disk, a full quota, and a process that may write no more. */
const noSpace: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Beside the folder first: a full disk or Ctrl-C leaves what was there as it was. */
async function unpack(bytes: Uint8Array<ArrayBuffer>, folder: string): Promise<number> {
  const target = resolve(folder);
  await mkdir(dirname(target), { recursive: true });
  const staging = await mkdtemp(join(dirname(target), '.slipway-pull-'));
  try {
    const archive = await openArchive(memorySource(bytes), {
      newDigest: nodeDigest,
      checkAll: true,
      language: 'python',
    });
    for (const { path } of archive.files) {
      const file = join(staging, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await archive.read(path));
    }
    await mkdir(target, { recursive: true });
    for (const { path } of archive.files) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await rename(join(staging, path), join(target, path));
    }
    return archive.files.length;
  } catch (error) {
    if (error instanceof Error && 'code' in error && noSpace.has(String(error.code)))
      throw new Failure('failed', `no space left in ${dirname(target)}`, {
        hint: 'Free some, then pull again; nothing was left behind.',
      });
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
