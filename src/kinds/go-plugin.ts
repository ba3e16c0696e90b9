// Go plugins: fetched from Git, compiled into an executable, and deployed as soon as they are published.
import { systemActor } from '../contract/events.ts';
import type { Finding } from '../contract/finding.ts';
import type { InstallError } from '../contract/go-plugins.ts';
import { hostLine, type LogLine } from '../contract/log-line.ts';
import { shortRef } from '../contract/sources.ts';
import { Problem } from '../core/problem.ts';
import { artifactKey, buildArtifact } from '../deploy/builder/builds.ts';
import { StartFailed } from '../deploy/builder/start-failed.ts';
import type { EnvironmentUse } from '../deploy/environments/environment.ts';
import { deployInstalled } from '../deploy/install/deploy-installed.ts';
import { retireOlderVersions } from '../deploy/install/retire.ts';
import type { Deps } from '../deps.ts';
import { readDefinition, readRequests } from '../manifest/definition.ts';
import { installedVersion } from '../registry/go/installed-plugins.ts';
import { completeInstall, recordSource } from '../registry/go/installs.ts';
import { readOutcome } from '../registry/uploads/outcomes.ts';
import type { Claim, Upload } from '../registry/uploads/uploads.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import type { KindDriver, Opened } from './driver.ts';
import { handleGitFailure, openGitSource, rejected, sourceOf } from './git-source.ts';

export const goPluginDriver: KindDriver = {
  openArchive: (deps, publication) => openGitSource(deps, publication, policyError),
  describe,
  build,
  rejectionError: (reason) =>
    reason === 'attempts'
      ? { code: 'given-up', message: 'The installation failed too often without a result. Install the plugin again.' }
      : policyError(reason),
  handlePublishFailure: handleGitFailure,
  afterPublish: (deps, { version }) => deployInstalled(deps, version),
  hasBuildStep: () => true,
  prepareDeployment: checkExecutable,
  verify: async () => {},
  afterPromote: (deps, { pluginId, versionId }) => retireOlderVersions(deps, { id: versionId, pluginId }),
};

/** Names the plugin and reserves the name. A commit that is installed already ends the install without a new version. */
async function describe(deps: Deps, { claim, archive }: Opened) {
  const { upload } = claim;
  const source = sourceOf(upload);
  const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
  const reading = await (upload.kind === 'pipeline' ? readDefinition(plugin) : readRequests(plugin));
  if ('problem' in reading) return rejected({ code: 'definition', message: reading.problem });
  const { definition } = reading;
  const declared = upload.kind === 'pipeline' ? definition?.name : undefined;
  const name = source.named ? upload.name : (declared ?? upload.name);
  if (!(await recordSource(deps, claim, source, name)))
    return rejected({ code: 'already-installed', message: `Plugin ${name} is already installed.` });
  const named: Upload = { ...upload, name };
  if ((await installedVersion(deps, named))?.source?.commit === source.commit) {
    await completeInstall(deps, upload, systemActor);
    return { ended: await readOutcome(deps, upload) };
  }
  const facts = {
    manifest: null,
    source: { ...source, ref: shortRef(source.ref) },
    definition,
    hasRealtime: true,
    featureUri: '',
  };
  return { claim: { ...claim, upload: named }, facts, problems: [], warnings: [], advice: [] };
}

/** Compiles the stored source, or finds the stored build of the same source and recipe. Keeps the build's log. */
async function build(deps: Deps, { upload }: Claim, sha256: string) {
  const { builds } = await deps.builder.capabilities();
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  const lines: LogLine[] = [];
  const commit = upload.source?.commit ?? null;
  const spec = {
    runtime: 'go' as const,
    archive: sha256,
    commit,
    scope: upload.ownerId,
    organization: upload.organizationId,
  };
  const outcome = await buildArtifact(deps, spec, builds.recipe, (line) => lines.push(line));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await deps.blobs.put(`logs/${upload.id}.ndjson`, text);
  return 'error' in outcome ? rejected(outcome.error) : outcome.built;
}

/** A version's executable was built before it was published; this checks that it is still stored. */
async function checkExecutable(
  { blobs, clock }: Deps,
  { version, log }: EnvironmentUse & { version: PluginVersion },
): Promise<undefined> {
  const sha256 = version.built?.artifact.sha256;
  if (sha256 === undefined || !(await blobs.head(artifactKey(sha256))))
    throw new StartFailed({
      code: 'artifact-invalid',
      message: 'The executable of this version is not in the store. Install the plugin again.',
    });
  log(hostLine(clock.now(), `executable ${sha256}`));
}

function policyError(findings: Finding[]): InstallError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const lines = errors.map(({ column, file, line, message, ruleId }) =>
    file === '' ? `${message} [${ruleId}]` : `${file}:${line}:${column}: ${message} [${ruleId}]`,
  );
  return { code: 'policy-rejected', message: ['Rejected by the scan policy', ...lines].join('\n') };
}
