// Adds the private modules of a Go plugin to its source, before anything of it is described, scanned or built: the archive that is stored
// has all that no proxy serves.
import { packZip } from '../archive/zip/pack.ts';
import type { Finding } from '../contract/findings/finding.ts';
import type { InstallError } from '../contract/plugin/go-plugins.ts';
import { fetchPrivateModules } from '../deploy/install/private-modules.ts';
import type { Deps } from '../deps.ts';
import { archiveTooLarge, openUploadedArchive } from '../registry/storage/archives.ts';
import { uploadKey } from '../registry/uploads/uploads.ts';
import type { Opened, Publication, Rejected } from './driver.ts';
import { rejected } from './git-source.ts';

/** Sources are in one folder, which readers of archives strip (builder/server/sources/pack-source.ts). */
const topFolder = 'source/';

export async function addPrivateModules(
  deps: Deps,
  publication: Publication,
  opened: Opened,
  rejectionOf: (findings: Finding[]) => InstallError | null,
): Promise<Opened | Rejected> {
  const { archive, claim } = opened;
  const paths = archive.files.map(({ path }) => path);
  const { checkpoint } = publication.progress;
  const added = await fetchPrivateModules(deps, claim.upload, { files: archive.files, read: archive.read }, checkpoint);
  if (!Array.isArray(added)) return rejected(added);
  if (added.length === 0) return opened;
  const own = [];
  for (const path of paths) own.push({ path, bytes: await archive.read(path) });
  const packed = await packZip([...own, ...added].map(({ path, bytes }) => ({ path: topFolder + path, bytes })));
  await deps.blobs.put(uploadKey(claim.upload.id), packed);
  publication.place.leave();
  const whole = (await openUploadedArchive(deps, claim.upload, { ...publication, inline: false }))?.archive;
  const findings = whole?.findings ?? [archiveTooLarge()];
  return whole?.zip ? { ...opened, archive: whole } : rejected(rejectionOf(findings), findings);
}
