// Extractors: Python plugins, uploaded as an archive or fetched from Git. Nothing is compiled; the builder runs the archive itself.
import { filesSha256 } from '../archive/files-digest.ts';
import { secretFindings } from '../archive/secret-files.ts';
import { shortRef } from '../contract/builder/sources.ts';
import type { Finding } from '../contract/findings/finding.ts';
import { declaredRequirements, parseVersion, pluginName } from '../contract/plugin/manifest.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { prepareEnvironment } from '../instances/environments/environment.ts';
import { withoutInstalled } from '../instances/environments/installed-names.ts';
import { announceStandby } from '../instances/fleets/standby.ts';
import { manifestFinding } from '../manifest/findings.ts';
import { type ManifestReading, readManifest } from '../manifest/manifest.ts';
import { fileStart } from '../manifest/python/syntax.ts';
import { limitLiveVersions } from '../pointers/live-versions.ts';
import { endAsPublished, recordGitSource } from '../registry/uploads/git-uploads.ts';
import type { UploadOutcome } from '../registry/uploads/outcomes.ts';
import { archiveTooLarge, openUploadedArchive, sizeWarnings } from '../registry/uploads/uploaded-archive.ts';
import { OutOfTime, releaseUpload, reopenUpload, requeueUpload } from '../registry/uploads/uploads.ts';
import { deployPublished } from '../rollouts/deploy-published.ts';
import { compareSchemas } from '../rollouts/steps/compare-schemas.ts';
import { verifyExamples } from '../rollouts/steps/verify.ts';
import type { Described, Ended, KindDriver, Opened, Publication, Rejected } from './driver.ts';
import { handleGitFailure, openGitSource, rejected, uploadSource } from './git-source.ts';

export const extractorDriver: KindDriver = {
  async openArchive(deps, publication) {
    const { claim } = publication;
    if (claim.upload.source) return openGitSource(deps, publication, () => null);
    const opened = await openUploadedArchive(deps, claim.upload, publication);
    if (!opened) return rejected(null, [archiveTooLarge()]);
    const { archive, receivedBytes } = opened;
    return { state: 'opened', claim, archive, uploadWarnings: sizeWarnings(claim.upload, receivedBytes) };
  },

  async describe(deps, opened) {
    const { claim, archive } = opened;
    const { upload } = claim;
    const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
    // A relock publishes stored sources again.
    const secrets = upload.lock ? [] : await secretFindings(archive);
    if (upload.source) {
      const reading = await readManifest(deps.parsers, plugin);
      return describeFromGit(deps, opened, { ...reading, problems: [...reading.problems, ...secrets] });
    }
    const {
      problems,
      warnings,
      advice: all,
      ...facts
    } = await readManifest(deps.parsers, plugin, {
      name: upload.name,
      version: upload,
      versionChosenByServer: upload.versionChosenByServer,
    });
    const advice = await withoutInstalled(deps, upload.organizationId, all);
    return { ...opened, state: 'described', facts, problems: [...problems, ...secrets], warnings, advice };
  },

  build: async () => ({ state: 'built', output: null }),
  analyze: async () => null,

  place: async () => ({ state: 'placed', placement: { place: 'container', requested: 'container', reason: null } }),

  rejectionError: (reason, { source }) =>
    reason === 'attempts' && source
      ? { code: 'given-up', message: 'The upload failed too many times without a result. Publish it again.' }
      : null,

  handlePublishFailure: (deps, publication, error) =>
    publication.claim.upload.source
      ? handleGitFailure(deps, publication, error)
      : handlePublishFailure(deps, publication, error),

  afterPublish: deployPublished,

  hasBuildStep: ({ manifest }) => declaredRequirements(manifest).length > 0,

  prepareDeployment: prepareEnvironment,

  async verify(deps, use) {
    await Promise.all([verifyExamples(deps, use.id, use.version), compareSchemas(deps, use)]);
  },

  async afterPromotion(deps, deployment, { limits, standby }) {
    await announceStandby(deps, standby);
    if (limits.some(({ ticket }) => ticket !== null)) await limitLiveVersions(deps, deployment);
  },
};

/**
 * Takes the name and version from manifest.py. Ends the upload if a version with the same content is already published: the same commit
 * is the same version.
 */
async function describeFromGit(
  deps: Deps,
  opened: Opened,
  { problems, warnings, advice: all, ...facts }: ManifestReading,
): Promise<Described | Rejected | Ended> {
  const { claim, archive } = opened;
  const source = uploadSource(claim.upload);
  const name = facts.manifest?.feature_extractor_name ?? claim.upload.name;
  if (source.named && name !== claim.upload.name)
    return rejected({
      code: 'name-mismatch',
      message: `manifest.py names the plugin ${JSON.stringify(name)}, not ${claim.upload.name}. Use the folder of ${claim.upload.name}.`,
    });
  const version = facts.manifest && parseVersion(facts.manifest.version);
  const advice = await withoutInstalled(deps, claim.upload.organizationId, all);
  const described = { ...opened, state: 'described' as const, warnings, advice };
  if (!version) return { ...described, facts, problems };
  const invalid = pluginName.safeParse(name).success ? [] : [invalidName(name)];
  const recorded = await recordGitSource(deps, claim, { source, name, version });
  const content = archive.zip && { sha256: archive.zip.sha256, filesSha256: await filesSha256(archive.files) };
  const published = content && (await endAsPublished(deps, recorded, content));
  if (published) return { state: 'ended', outcome: { status: 'accepted', ...published, findings: [] } };
  return {
    ...described,
    claim: recorded,
    facts: { ...facts, source: { ...source, ref: shortRef(source.ref) } },
    problems: [...problems, ...invalid],
  };
}

function invalidName(name: string): Finding {
  const message = `manifest.py names the plugin ${JSON.stringify(name)}. A name has 3 to 64 letters, digits or underscores, and starts with a letter.`;
  return manifestFinding('SLM101', fileStart, 'feature_extractor_name', message);
}

/**
 * If an inline confirm ran past its deadline, leaves the work to the queue. Otherwise reopens the upload, so that the client can fix it
 * and confirm again. An internal failure in the queue keeps the upload claimed for a retry.
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
