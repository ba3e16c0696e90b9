// Go plugins: fetched from Git, compiled for a container or an isolate, and deployed as soon as they are published.
import { packZip } from '../archive/zip/pack.ts';
import { StartFailed } from '../builders/start-failures.ts';
import { systemActor } from '../contract/actor.ts';
import { stricterAge } from '../contract/advisories.ts';
import type { BuildSpec } from '../contract/builder/builds.ts';
import type { BuildOutput, InstallError } from '../contract/builder/go-plugins.ts';
import { hostLine, type LogLine } from '../contract/builder/logs/line.ts';
import { type GitSource, shortRef } from '../contract/builder/sources.ts';
import type { Finding } from '../contract/findings/finding.ts';
import { needsContainer, type RequestedPlacement } from '../contract/plugin/version-placement.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import { analyzeProgram } from '../instances/builds/analyses.ts';
import { artifactKey, buildArtifact, wasmKey } from '../instances/builds/builds.ts';
import { fetchPrivateModules } from '../instances/builds/private-modules.ts';
import type { EnvironmentUse } from '../instances/environments/environment.ts';
import { isolateSpec } from '../instances/fleets/instances.ts';
import { tryIsolate } from '../instances/fleets/isolate-trial.ts';
import { readDefinition, readRequests } from '../manifest/definition.ts';
import { moduleAge } from '../registry/go/home-namespace.ts';
import { installedVersion } from '../registry/go/installed-plugins.ts';
import { completeInstall, recordSource } from '../registry/go/installs.ts';
import { readOutcome } from '../registry/uploads/outcomes.ts';
import { archiveTooLarge, openUploadedArchive } from '../registry/uploads/uploaded-archive.ts';
import { type Upload, uploadKey } from '../registry/uploads/uploads.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { deployInstalled } from '../rollouts/installs/install-requests.ts';
import { retireAll } from '../rollouts/installs/retire.ts';
import type { Described, DescribedPlugin, Ended, KindDriver, Opened, Publication, Rejected } from './driver.ts';
import { handleGitFailure, openGitSource, rejected, uploadSource } from './git-source.ts';
import { formatPlacement, isolatesRefusal, placeVersion, reasonBeforeBuild } from './go-placement.ts';

/** Sources are in one top-level folder, which archive readers strip (builder/server/sources/pack-source.ts). */
const topFolder = 'source/';

async function addPrivateModules(
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

export const goPluginDriver: KindDriver = {
  async openArchive(deps, publication) {
    const opened = await openGitSource(deps, publication, policyError);
    return opened.state === 'opened' ? addPrivateModules(deps, publication, opened, policyError) : opened;
  },
  describe,
  build,
  analyze: analyzeProgram,
  place,
  rejectionError: (reason) =>
    reason === 'attempts'
      ? {
          code: 'given-up',
          message: 'The installation failed too many times without a result. Install the plugin again.',
        }
      : policyError(reason),
  handlePublishFailure: handleGitFailure,
  afterPublish: (deps, { version }) => deployInstalled(deps, version),
  hasBuildStep: () => true,
  prepareDeployment: checkExecutable,
  verify: async () => {},
  afterPromotion: (deps, _, { replaced }) => retireAll(deps, replaced),
};

/** Determines the plugin's name and reserves it. If the commit is already installed, ends the install without a new version. */
async function describe(deps: Deps, opened: Opened): Promise<Described | Rejected | Ended> {
  const { claim, archive } = opened;
  const { upload } = claim;
  const source = uploadSource(upload);
  const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
  const reading = await (upload.kind === 'pipeline' ? readDefinition(plugin) : readRequests(plugin));
  if ('problem' in reading) return rejected({ code: 'definition', message: reading.problem });
  const { definition } = reading;
  const declared = upload.kind === 'pipeline' ? definition?.name : undefined;
  const name = source.named ? upload.name : (declared ?? upload.name);
  if (!(await recordSource(deps, claim, source, name)))
    return rejected({ code: 'already-installed', message: `Plugin ${name} is already installed.` });
  const named: Upload = { ...upload, name };
  if (isSame((await installedVersion(deps, named))?.source, source)) {
    await completeInstall(deps, upload, systemActor);
    return { state: 'ended', outcome: await readOutcome(deps, upload) };
  }
  const facts = {
    manifest: null,
    source: { ...source, ref: shortRef(source.ref) },
    definition,
    hasRealtime: true,
    featureUri: '',
  };
  return {
    ...opened,
    state: 'described',
    claim: { ...claim, upload: named },
    facts,
    problems: [],
    warnings: [],
    advice: [],
  };
}

/** Returns whether the installed version has this commit and placement. Another placement needs a new build. */
function isSame(installed: GitSource | null | undefined, { commit, placement }: GitSource): boolean {
  return installed?.commit === commit && installed.placement === placement;
}

/** Compiles the stored source for its expected placement, or finds the stored build. Keeps the build log. */
async function build(deps: Deps, described: DescribedPlugin, sha256: string): ReturnType<KindDriver['build']> {
  const { upload } = described.claim;
  const { builds, isolates } = await deps.builder.capabilities();
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  const lines: LogLine[] = [];
  const requested = requestedPlacement(described);
  // An automatic placement builds even where there are no isolates, to learn what the packages need. If an isolate was requested,
  // building isn't worth it.
  const unavailable = requested === 'isolate' ? isolatesRefusal(isolates) : undefined;
  const planned = placeVersion(requested, (await reasonBeforeBuild(deps, described)) ?? unavailable);
  if ('error' in planned) return rejected(planned.error);
  const declaredAge = described.facts.definition?.dependencies_older_than;
  const olderThan = stricterAge(await moduleAge(deps, upload), declaredAge);
  const spec: BuildSpec = {
    runtime: 'go',
    archive: sha256,
    commit: upload.source?.commit ?? null,
    scope: upload.ownerId,
    organization: upload.organizationId,
    ...(planned.place === 'isolate' ? { wasm: true } : {}),
    ...(olderThan === undefined ? {} : { older_than: olderThan }),
  };
  const outcome = await buildArtifact(deps, spec, builds.recipe, (line) => lines.push(line));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await deps.blobs.put(`logs/${upload.id}.ndjson`, text);
  return 'error' in outcome ? rejected(outcome.error) : { state: 'built', output: outcome.built };
}

function requestedPlacement({ claim, facts }: DescribedPlugin): RequestedPlacement {
  return uploadSource(claim.upload).placement ?? facts.definition?.placement ?? 'auto';
}

/** Decides where a built version runs. Before placing it in an isolate, starts it in one, which runs plugin code. */
async function place(deps: Deps, described: DescribedPlugin, built: BuildOutput): ReturnType<KindDriver['place']> {
  const requested = requestedPlacement(described);
  const placement = placeVersion(
    requested,
    requested === 'container' ? undefined : await reasonOf(deps, described, built),
  );
  return 'error' in placement ? rejected(placement.error) : { state: 'placed', placement };
}

/** Returns why a built version can't run in an isolate. */
async function reasonOf(deps: Deps, described: DescribedPlugin, { wasm }: BuildOutput): Promise<string | undefined> {
  const { isolates } = await deps.builder.capabilities();
  const early = await reasonBeforeBuild(deps, described);
  if (early !== undefined) return early;
  if (!wasm) return isolatesRefusal(isolates) ?? needsContainer('the builder built no WebAssembly module');
  if ('reason' in wasm) return wasm.reason;
  const unavailable = isolatesRefusal(isolates);
  if (unavailable !== undefined) return unavailable;
  const { claim, facts } = described;
  const { id, name, organizationId, source } = claim.upload;
  const plugin = { name, version: source?.ref ?? '' };
  const spec = isolateSpec({ organizationId, plugin, definition: facts.definition ?? null }, { wasm });
  const failure = await tryIsolate(deps, id, spec);
  return failure === undefined ? undefined : needsContainer(`does not start in an isolate (${failure})`);
}

/** Checks that the version's executable, built before publication, is still stored. */
async function checkExecutable(
  { blobs, clock }: Deps,
  { version, log }: EnvironmentUse & { version: PluginVersion },
): Promise<undefined> {
  const { noun, key, sha256 } = codeOf(version);
  if (sha256 === undefined || !(await blobs.head(key(sha256))))
    throw new StartFailed({
      code: 'artifact-invalid',
      message: `The ${noun} of this version is not in the store. Install the plugin again.`,
    });
  log(hostLine(clock.now(), `${noun} ${sha256}`));
  if (version.placement) log(hostLine(clock.now(), formatPlacement(version.placement)));
}

function codeOf({ built, placement }: Pick<PluginVersion, 'built' | 'placement'>) {
  if (placement?.place !== 'isolate') return { noun: 'executable', key: artifactKey, sha256: built?.artifact.sha256 };
  const sha256 = built?.wasm && 'artifact' in built.wasm ? built.wasm.artifact.sha256 : undefined;
  return { noun: 'WebAssembly module', key: wasmKey, sha256 };
}

function policyError(findings: Finding[]): InstallError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const lines = errors.map(({ column, file, line, message, ruleId }) =>
    file === '' ? `${message} [${ruleId}]` : `${file}:${line}:${column}: ${message} [${ruleId}]`,
  );
  return { code: 'policy-rejected', message: ['Rejected by the scan policy', ...lines].join('\n') };
}
