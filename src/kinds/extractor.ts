// Extractors: plugins in Python, uploaded as an archive. Nothing is compiled; the archive itself is what the builder runs.

import { Problem } from '../core/problem.ts';
import { putOnStandby } from '../deploy/builder/standby.ts';
import { limitLiveVersions } from '../deploy/live-versions.ts';
import { verifyExamples } from '../deploy/verify.ts';
import type { Deps } from '../deps.ts';
import { readManifest } from '../manifest/manifest.ts';
import { archiveTooLarge, openUploadedArchive, sizeWarnings } from '../registry/storage/archives.ts';
import type { UploadOutcome } from '../registry/uploads/outcomes.ts';
import { OutOfTime, releaseUpload, reopenUpload, requeueUpload } from '../registry/uploads/uploads.ts';
import type { KindDriver, Publication } from './driver.ts';

export const extractorDriver: KindDriver = {
  async openArchive(deps, { claim, progress, meter, inline }) {
    const opened = await openUploadedArchive(deps, claim.upload, { progress, meter, inline });
    if (!opened) return { rejected: { findings: [archiveTooLarge()], error: null } };
    const { archive, receivedBytes } = opened;
    return { claim, archive, warnings: sizeWarnings(claim.upload, receivedBytes) };
  },

  async describe(deps, { claim, archive }) {
    const { upload } = claim;
    const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
    const { problems, warnings, advice, ...facts } = await readManifest(deps.parsers, plugin, {
      name: upload.name,
      version: upload,
      versionChosenByServer: upload.versionChosenByServer,
    });
    return { claim, facts, problems, warnings, advice };
  },

  build: async () => null,

  rejectionError: () => null,

  handlePublishFailure,

  afterPublish: async () => {},

  prepareDeployment: async () => {},

  async verify(deps, id, version) {
    await verifyExamples(deps, id, version);
  },

  async afterPromote(deps, deployment) {
    await putOnStandby(deps, deployment);
    await limitLiveVersions(deps, deployment);
  },
};

/**
 * Past its deadline an inline confirm leaves the work to the queue. Otherwise the upload is open again, so that the client can fix
 * it and confirm again; a failure of Slipway's own in the queue keeps it claimed for a retry.
 */
async function handlePublishFailure(
  deps: Deps,
  { claim, inline }: Publication,
  error: unknown,
): Promise<UploadOutcome> {
  if (error instanceof OutOfTime) {
    await requeueUpload(deps, claim);
    return { status: 'pending', upload: claim.upload };
  }
  if (inline || error instanceof Problem) await reopenUpload(deps, claim);
  else await releaseUpload(deps, claim);
  throw error;
}
