// Publishes a folder: pack, scan, upload, confirm, deploy. Idempotent: leaves a version already published with the same content
// unchanged.
import { ApiError } from '../../client/errors.ts';
import { type Progress, type Published, publish } from '../../client/publish.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import { formatBytes } from '../../core/quantities.ts';
import { releaseFields } from '../arguments/release-plan.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { type DeployResult, deployVersion } from '../deployments/deploy-version.ts';
import { askWhoAnswers, whoAnswersText } from '../deployments/release.ts';
import { printViolations } from '../lint/violations.ts';
import { splitPluginRef } from '../plugins/plugin-ref.ts';
import { explainInterruption, Failure } from '../terminal/failure.ts';
import { withDefaultInterrupt } from '../terminal/interruption.ts';
import type { Output } from '../terminal/output.ts';
import { type Stage, stageTimer, transferReporter } from '../terminal/progress.ts';
import { printable } from '../terminal/terminal-text.ts';
import type { Unconnected } from './dry-run.ts';
import { type PackedPlugin, type PackOptions, packPlugin } from './pack-plugin.ts';
import { contentConflict, hasSameContent, publishedVersion, stagedText } from './published-content.ts';

export interface PublishOptions {
  path: string;
  org?: true;
  message?: string;
  /** Publishes under the server's next number, regardless of the manifest. */
  bump?: true;
  dryRun?: true;
  /** Uploads a plugin although the scan finds errors, if waivers may cover them. */
  waived?: true;
  /** Files to pack although they look like secrets or are ignored. */
  include?: string[];
  batchOnly?: true;
  replace?: true;
  /** Has the version wait for approval even if nothing demands it. */
  stage?: true;
  /** How the name gets to the version, as the user wrote it. */
  release?: string;
  deploy: boolean;
  wait: boolean;
  timeout: number;
}

export async function publishFolder(
  connection: Connection,
  options: PublishOptions,
  { environment, output }: Pick<CommandContext, 'environment' | 'output'>,
): Promise<CommandResult> {
  if (options.replace && (options.org || !options.deploy || !options.wait))
    throw new Failure('usage', '--replace undeploys older versions once this one is live', {
      hint: 'Leave out --org, --no-deploy and --no-wait.',
    });
  // An invalid plan fails before the upload.
  const { release } = releaseFields(options.release);
  if (options.replace && release !== undefined && release !== 'immediate')
    throw stepwise('usage', '--release moves calls step by step');
  if (options.dryRun) return dryRunFolder(connection, options, { environment, output });
  const step = stageTimer(output);
  const packing = { include: options.include, isWaived: options.waived };
  const plugin = await pack(options.path, { stage: step, output }, connection.signal, packing);
  const { filesSha256: files_sha256, name, sha256 } = plugin;
  const { published, stage } = await publishIfNew(connection, plugin, options, { stage: step, output });
  const { version = plugin.version } = splitPluginRef(published?.plugin_id ?? '') ?? {};
  const done = published ? `✓ published ${name} ${version}\n` : `✓ ${name} ${version} is already published\n`;
  const json = {
    name,
    version,
    sha256,
    files_sha256,
    plugin_id: formatPluginId(name, version),
    already_published: !published,
    stage,
  };
  if (stage === 'staged') return { json: { ...json, deployment: null }, text: stagedText({ name, version }) };
  if (options.org || !options.deploy) return { json: { ...json, deployment: null }, text: done };
  const ref = { name, version, pluginId: formatPluginId(name, version) };
  const isLive = !published && (await isDeployed(connection, ref.pluginId));
  const deploy = () => deployVersion(connection, ref, options, output);
  const deployed = isLive
    ? null
    : await (options.replace ? deployReplacing(connection, name, deploy, output) : deploy()).catch((error: unknown) => {
        const stays = `${name} ${version} stays published, and its deployment continues if it has begun`;
        throw explainInterruption(error, stays, `\`slipway status ${name}\` shows its state.`);
      });
  const answering = deployed?.answering ?? (isLive ? await askWhoAnswers(connection, ref) : undefined);
  const isWithoutName = answering !== undefined && answering.serving !== version;
  if (options.replace && isWithoutName)
    throw stepwise('conflict', `${whoAnswersText({ name, version, answering })}, so older versions stay deployed`);
  const who = isLive && isWithoutName ? `  ! ${whoAnswersText({ name, version, answering })}\n` : '';
  const replaced = options.replace ? await replaceOlder(connection, name) : { json: {}, text: '' };
  return {
    json: { ...json, deployment: deployed?.json ?? null, ...replaced.json },
    text: `${done}${who}${deployed?.text ?? ''}${replaced.text}`,
  };
}

export async function dryRunFolder(
  connection: Connection | Unconnected,
  { include, path, ...options }: Pick<PublishOptions, 'path' | 'org' | 'deploy' | 'include'>,
  context: Pick<CommandContext, 'environment' | 'output'>,
): Promise<CommandResult> {
  const { output } = context;
  const plugin = await pack(path, { stage: stageTimer(output), output }, connection.signal, { include });
  const { dryRun } = await import('./dry-run.ts');
  return dryRun(connection, plugin, options, context);
}

async function pack(
  path: string,
  { output, stage }: ProgressOutput,
  signal: AbortSignal,
  options: PackOptions,
): Promise<PackedPlugin> {
  output.progress('packing');
  const plugin = await withDefaultInterrupt(() => packPlugin(path, output, signal, options));
  const { archive, files, name, sha256, version } = plugin;
  const what = `${name} ${version}  sha256:${sha256.slice(0, 12)}  ${files} sources, ${formatBytes(archive.length)}`;
  stage('packed', what);
  return plugin;
}

function stepwise(exit: 'usage' | 'conflict', message: string): Failure {
  return new Failure(exit, message, {
    hint: 'Replace older versions with `--release immediate`, or undeploy them after the release with `slipway undeploy NAME --keep 1`.',
  });
}

async function deployReplacing(
  connection: Connection,
  name: string,
  deploy: () => Promise<DeployResult>,
  output: Output,
): Promise<DeployResult> {
  const { deployWithFreedGpus } = await import('./free-gpus.ts');
  return deployWithFreedGpus(connection, name, deploy, output);
}

async function replaceOlder(connection: Connection, name: string): Promise<{ json: object; text: string }> {
  const { formatUndeployed, undeployOlder } = await import('../deployments/undeploy-older.ts');
  const result = await undeployOlder(connection, name, 1);
  return { json: { undeployed: result.undeployed }, text: formatUndeployed(name, result) };
}

async function isDeployed({ client, namespaceId }: Connection, plugin_id: string): Promise<boolean> {
  const path = { namespace_id: await namespaceId(), plugin_id };
  const { status } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', { path });
  return status === 'DEPLOYED';
}

/** Publishes nothing if the version is already published with the same content. */
async function publishIfNew(
  connection: Connection,
  plugin: PackedPlugin,
  { bump, deploy, message, org, release: plan, stage }: PublishOptions,
  progressOutput: ProgressOutput,
): Promise<{ published: Published | undefined; stage: Published['stage'] }> {
  const { archive, name, version } = plugin;
  let isConfirming = false;
  const report = progressReporter(progressOutput, archive.length);
  try {
    const published = await publish(connection.client, {
      name,
      ...(bump ? {} : { version }),
      archive: new Blob([archive]),
      ...(org ? {} : { namespaceId: await connection.namespaceId() }),
      ...(message === undefined ? {} : { message }),
      ...(stage ? { stage } : {}),
      ...(deploy && !org ? { deploy_when_approved: true, ...releaseFields(plan) } : {}),
      signal: connection.signal,
      onProgress: (progress) => {
        isConfirming = progress.step === 'scanning';
        report(progress);
      },
    });
    progressOutput.stage('accepted', 'by the server');
    for (const { message, rule } of published.warnings)
      if (rule === 'SLM406') progressOutput.output.info(`  ! ${printable(message)}`);
    return { published, stage: published.stage };
  } catch (error) {
    if (!(error instanceof ApiError))
      throw isConfirming
        ? explainInterruption(error, `the server may still publish ${name} ${version}`, 'Publish again to continue.')
        : explainInterruption(error, `${name} ${version} was not published`, 'Publish again.');
    if (error.status === 409)
      return { published: undefined, stage: await resolveConflict(connection, plugin, org, error) };
    if (isRejection(error)) throw await serverRejection(error, progressOutput.output);
    throw error;
  }
}

/** Returns the stage of an existing version with the same content. Throws a conflict if the content differs. */
async function resolveConflict(
  connection: Connection,
  plugin: PackedPlugin,
  org: true | undefined,
  refusal: ApiError,
): Promise<Published['stage']> {
  const existing = await publishedVersion(connection, plugin, org);
  // Another kind of conflict, which the server explains.
  if (existing === undefined) throw refusal;
  if (hasSameContent(plugin, existing)) return existing.stage;
  throw contentConflict(plugin, existing, refusal);
}

interface ProgressOutput {
  stage: Stage;
  output: Output;
}

function progressReporter({ output, stage }: ProgressOutput, totalBytes: number): (progress: Progress) => void {
  const reportBytes = transferReporter(output, 'uploading', totalBytes);
  return (progress) => {
    if (progress.step === 'scanning') output.progress('scanning');
    if (progress.step === 'uploading') reportBytes(progress.sentBytes);
    if (progress.step === 'uploaded') stage('uploaded');
  };
}

/** Returns whether the registry scanned and rejected the upload. */
export function isRejection(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status === 400 &&
    typeof error.body === 'object' &&
    error.body !== null &&
    'violations' in error.body
  );
}

/** The registry may use a stricter level or a newer policy than this CLI. */
export async function serverRejection(
  { body, message, requestId, status, type }: ApiError,
  output: Output,
): Promise<Failure> {
  const errors =
    typeof body === 'object' && body !== null && 'validation_errors' in body && Array.isArray(body.validation_errors)
      ? body.validation_errors.map(String)
      : [];
  const hasViolations = await printViolations(body, output);
  return new Failure('rejected', [message, ...(hasViolations ? [] : errors).map((error) => `  ${error}`)].join('\n'), {
    title: type,
    status,
    requestId,
    hint: 'Fix the findings, or waive a rule with `slipway waivers grant`.',
    details: { validation_errors: errors },
  });
}
