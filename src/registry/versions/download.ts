// Presigns a URL for downloading the stored archive of a version directly from the store.
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { Deps } from '../../deps.ts';
import { archiveKey } from '../storage/archives.ts';
import { presign } from '../storage/presign.ts';
import type { PluginVersion } from './versions.ts';

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
    expiresInSeconds: uploadLimits.downloadUrlSeconds,
    signedAt,
  });
  return { url, expiresAt: signedAt + uploadLimits.downloadUrlSeconds * 1000 };
}
