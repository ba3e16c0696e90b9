// Signs URLs from which a version's archive can be downloaded.
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { archiveKey } from './archives.ts';
import { presign } from './presign.ts';

interface Download {
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
