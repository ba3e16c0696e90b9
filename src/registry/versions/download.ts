// Handing out the stored archive of a version: a URL that the store itself answers, for a while.
import type { Deps } from '../../deps.ts';
import { archiveKey } from '../storage/archives.ts';
import { presign } from '../storage/presign.ts';
import type { PluginVersion } from './versions.ts';

const validSeconds = 3600;

export interface Download {
  url: string;
  expiresAt: number;
}

export async function presignDownload(
  { storage, clock }: Pick<Deps, 'storage' | 'clock'>,
  { sha256 }: Pick<PluginVersion, 'sha256'>,
): Promise<Download> {
  const signedAt = clock.now();
  const url = await presign(storage, {
    method: 'GET',
    key: archiveKey(sha256),
    expiresInSeconds: validSeconds,
    signedAt,
  });
  return { url, expiresAt: signedAt + validSeconds * 1000 };
}
