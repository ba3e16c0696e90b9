// Publishing a folder: pack, scan, upload, confirm, deploy. Idempotent: what is published already, with the same content, is done.
import { ApiError } from '../../client/errors.ts';
import { type Progress, type Published, publish } from '../../client/publish.ts';
import { shownBytes } from '../bytes.ts';
import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { deployVersion } from '../deployments/deploy-version.ts';
import { shownDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import { endedBySignal } from '../interruption.ts';
import { tellViolations } from '../lint/violations.ts';
import type { Output } from '../output.ts';
import { pluginIdOf } from '../plugins/plugin-ref.ts';
import { type PackedPlugin, packPlugin } from './pack-plugin.ts';

export interface Publishing {
  path: string;
  org?: true;
  message?: string;
  dryRun?: true;
  batchOnly?: true;
  deploy: boolean;
  wait: boolean;
  timeout: number;
}

export async function publishFolder(connection: Connection, options: Publishing, output: Output): Promise<Told> {
  const stage = stages(output);
  output.ongoing('packing');
  const plugin = await endedBySignal(() => packPlugin(options.path, output, connection.signal));
  const { archive, files, name, sha256, version } = plugin;
  stage('packed', `${name} ${version}  sha256:${sha256.slice(0, 12)}  ${files} sources, ${shownBytes(archive.length)}`);
  if (options.dryRun)
    return {
      json: { name, version, sha256, size_bytes: archive.length, verdict: plugin.report.verdict, dry_run: true },
      text: `✓ ${name} ${version} would be accepted; nothing was sent\n`,
    };
  const published = await publishOnce(connection, plugin, options, { stage, output });
  const done = published ? `✓ published ${name} ${version}\n` : `✓ ${name} ${version} is already published\n`;
  const json = { name, version, sha256, plugin_id: pluginIdOf(name, version), already_published: !published };
  if (options.org || !options.deploy) return { json: { ...json, deployment: null }, text: done };
  const ref = { name, version, pluginId: pluginIdOf(name, version) };
  if (!published && (await serves(connection, ref.pluginId)))
    return { json: { ...json, deployment: null }, text: done };
  const deployed = await deployVersion(connection, ref, options, output);
  return { json: { ...json, deployment: deployed.json }, text: `${done}${deployed.text}` };
}

async function serves({ client, namespaceId, signal }: Connection, plugin_id: string): Promise<boolean> {
  const path = { namespace_id: await namespaceId(), plugin_id };
  const { status } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', { path, signal });
  return status === 'DEPLOYED';
}

type Stage = (name: string, more?: string) => void;

function stages(output: Output): Stage {
  let last = performance.now();
  return (name, more = '') => {
    const at = performance.now();
    output.stage(`${name.padEnd(10)} ${shownDuration(at - last).padEnd(8)} ${more}`.trimEnd());
    last = at;
  };
}

/** Undefined when this very content is published already. */
async function publishOnce(
  connection: Connection,
  plugin: PackedPlugin,
  { message, org }: Publishing,
  telling: Telling,
): Promise<Published | undefined> {
  const { archive, name, version } = plugin;
  try {
    const published = await publish(connection.client, {
      name,
      version,
      archive: new Blob([archive]),
      ...(org ? {} : { namespaceId: await connection.namespaceId() }),
      ...(message === undefined ? {} : { message }),
      signal: connection.signal,
      onProgress: (progress) => tell(progress, telling),
    });
    telling.stage('accepted', 'the server agrees');
    return published;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409) return settleTaken(connection, plugin, org, error);
    if (isRejection(error)) throw await rejectedByServer(error, telling.output);
    throw error;
  }
}

interface Telling {
  stage: Stage;
  output: Output;
}

function tell(progress: Progress, { output, stage }: Telling): void {
  const { ongoing } = output;
  if (progress.step === 'requested') ongoing('uploading');
  if (progress.step === 'scanning') ongoing('scanning');
  if (progress.step === 'uploaded') stage('uploaded');
  if (progress.step !== 'uploading') return;
  const { sentBytes, totalBytes } = progress;
  ongoing('uploading', `${Math.floor((100 * sentBytes) / totalBytes)} % of ${shownBytes(totalBytes)}`);
}

/** A version that is taken by the same content is this one; by other content, it is in conflict. */
async function settleTaken(
  { client, namespaceId, signal }: Connection,
  { name, sha256, version }: PackedPlugin,
  org: true | undefined,
  refusal: ApiError,
): Promise<undefined> {
  const plugin_id = pluginIdOf(name, version);
  const { plugin } = org
    ? await client.get('/v1/plugins/{plugin_id}', { path: { plugin_id }, signal })
    : await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
        path: { namespace_id: await namespaceId(), plugin_id },
        signal,
      });
  if (plugin.code_hash === sha256) return undefined;
  throw new Failure('conflict', `${name} ${version} is published already, with other content`, {
    title: refusal.type,
    status: refusal.status,
    requestId: refusal.requestId,
    hint: `Raise the version in manifest.py; \`slipway diff ${name}\` compares what is published.`,
    details: { published: plugin.code_hash, here: sha256 },
  });
}

function isRejection({ body, status }: ApiError): boolean {
  return status === 400 && typeof body === 'object' && body !== null && 'violations' in body;
}

/** The registry's level or policy may be another than the one here. */
async function rejectedByServer(
  { body, message, requestId, status, type }: ApiError,
  output: Output,
): Promise<Failure> {
  const errors =
    typeof body === 'object' && body !== null && 'validation_errors' in body && Array.isArray(body.validation_errors)
      ? body.validation_errors.map(String)
      : [];
  const isTold = await tellViolations(body, output);
  return new Failure('rejected', [message, ...(isTold ? [] : errors).map((error) => `  ${error}`)].join('\n'), {
    title: type,
    status,
    requestId,
    hint: 'Mend them, or ask whoever owns the scan policy for a waiver.',
    details: { validation_errors: errors },
  });
}
