// Downloads a version's archive, verifies its digest and unpacks it completely or not at all.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { openArchive } from '../../archive/open.ts';
import { memorySource } from '../../archive/reading/byte-source.ts';
import { formatBytes } from '../../core/quantities.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import type { VersionRef } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { stageTimer, transferReporter } from '../terminal/progress.ts';

interface PullOptions {
  folder: string;
  force: boolean;
}

export async function pullVersion(
  connection: Connection,
  version: VersionRef,
  { folder, force }: PullOptions,
  output: Output,
): Promise<CommandResult> {
  const { client, namespaceId, signal } = connection;
  if (!force && existsSync(folder) && (await readdir(folder)).length > 0)
    throw new Failure('conflict', `${folder} is not empty`, {
      hint: 'Choose another folder with --output, or pass --force.',
    });
  const download = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download', {
    path: { namespace_id: await namespaceId(), plugin_id: version.pluginId },
  });
  const bytes = await fetchArchive(download.download_url, signal, output);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== download.code_hash)
    throw new Failure('failed', `the archive's sha256 is ${sha256}, but ${download.code_hash} was published`, {
      hint: 'Try again. If the problem persists, the stored archive is damaged.',
    });
  const files = await unpack(bytes, folder);
  return {
    json: { name: version.name, version: version.version, sha256, folder: resolve(folder), files },
    text: `✓ ${version.name} ${version.version}: ${files} files in ${folder}\n`,
  };
}

async function fetchArchive(url: string, signal: AbortSignal, output: Output): Promise<Uint8Array<ArrayBuffer>> {
  const stage = stageTimer(output);
  output.progress('downloading');
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new Failure('failed', `the archive could not be downloaded: HTTP ${response.status}`, { hint: 'Try again.' });
  const report = transferReporter(output, 'downloading', Number(response.headers.get('content-length') ?? 0));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    received += chunk.length;
    report(received);
  }
  stage('downloaded', formatBytes(received));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Covers a full disk, an exhausted quota, and a process at its file size limit. */
const noSpaceCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Unpacks next to the folder first, so a full disk or Ctrl-C leaves the folder unchanged. */
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
    if (error instanceof Error && 'code' in error && noSpaceCodes.has(String(error.code)))
      throw new Failure('failed', `no space left in ${dirname(target)}`, {
        hint: 'Free some space and pull again. No files were written.',
      });
    throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
