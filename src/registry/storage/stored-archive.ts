// Reads stored archives, either whole, as when they were published, or file by file.
import { CorruptContent, readIndexed } from '../../archive/contents/stored-index.ts';
import { type OpenedArchive, openArchive } from '../../archive/open.ts';
import type { StoredZip } from '../../archive/tar/open-tar-gz.ts';
import { sourceLanguage } from '../../contract/plugin/languages.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { ArchivePlace } from './archive-place.ts';
import { archiveSource } from './archives.ts';
import { contentPace, r2Digest, trackReads } from './r2-archive.ts';

/**
 * Opens a stored archive as when it was published, with all findings, once there is memory for it, and runs `work` on it. While waiting
 * and between reads it calls the checkpoint, which may throw to stop. The work must call the checkpoint that it receives.
 */
export async function withStoredArchive<Result>(
  deps: Pick<Deps, 'blobs'>,
  { kind, organizationId, sha256, sizeBytes }: Pick<PluginVersion, 'kind' | 'organizationId' | 'sha256' | 'sizeBytes'>,
  checkpoint: () => Promise<void>,
  work: (archive: OpenedArchive, checkpoint: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  if (kind === 'agent') throw new Error('agent plugins have no archive');
  const place = new ArchivePlace(organizationId);
  const progress = place.readProgress(checkpoint);
  try {
    await place.take(sizeBytes, checkpoint);
    const source = trackReads(archiveSource(deps, sha256, sizeBytes), progress);
    const pace = contentPace(progress);
    const archive = await openArchive(source, { language: sourceLanguage(kind), newDigest: r2Digest, pace });
    if (archive.sha256 !== sha256)
      throw new CorruptContent(`the stored archive ${sha256} has the digest ${archive.sha256}`);
    place.fit(archive);
    return await work(archive, progress.checkpoint);
  } finally {
    place.leave();
  }
}

/** Returns an archive that is read from the store on demand and holds nothing in memory. */
export function inStore(
  deps: Pick<Deps, 'blobs'>,
  archive: OpenedArchive,
  { sha256, source }: StoredZip,
): OpenedArchive & { zip: StoredZip } {
  const stored = archiveSource(deps, sha256, source.size);
  const entries = new Map(archive.files.map((entry) => [entry.path, entry]));
  const read = async (path: string) => {
    const entry = entries.get(path);
    if (!entry) throw new Error(`archive ${sha256} has no file ${path}`);
    return readIndexed(stored, entry);
  };
  return { ...archive, read, zip: { source: stored, sha256 } };
}
