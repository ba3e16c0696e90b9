// Implements `slipway publish --dry-run`. Asks the server whether the version is taken and what its deployment would lack. Resolves and
// installs the packages on this machine as the deployment's build step does. Without a server, says what wasn't checked.
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { openArchive } from '../../archive/open.ts';
import { memorySource } from '../../archive/reading/byte-source.ts';
import { ApiError, ConnectionError } from '../../client/errors.ts';
import { declaredRequirements, type Manifest } from '../../contract/plugin/manifest.ts';
import { formatMissing, type Missing } from '../../contract/plugin/missing.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { CommandContext, CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { nodeParsers } from '../parsers.ts';
import { asksForSomething, formatRequirements, missingRequirements } from '../plugins/requirements.ts';
import { Failure, toFailure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';
import { withLocalBuilder } from '../test/local-builder.ts';
import { installPackages } from '../test/packages.ts';
import type { PackedPlugin } from './pack-plugin.ts';
import { isAlreadyPublished } from './published-content.ts';

type DryRunContext = Pick<CommandContext, 'environment' | 'output'>;

/** Without an account, there is no server to ask. */
export interface Unconnected {
  signal: AbortSignal;
  reason: unknown;
}

interface DryRunOptions {
  org?: true;
  deploy: boolean;
}

export async function dryRun(
  connection: Connection | Unconnected,
  plugin: PackedPlugin,
  options: DryRunOptions,
  context: DryRunContext,
): Promise<CommandResult> {
  const { archive, filesSha256: files_sha256, name, report, sha256, version } = plugin;
  const manifest = await manifestOf(archive);
  const { already_published, missing, unchecked } = await askServer(connection, plugin, options.org, manifest);
  const { failure, line, packages } = await checkPackages(connection.signal, manifest, context);
  const deploys = options.deploy && options.org === undefined;
  if (missing.length > 0 && deploys) throw lacking(plugin, failure ? [...missing, packagesMissing(failure)] : missing);
  if (failure !== undefined) throw notInstallable(plugin, failure);
  const packed = { name, version, sha256, files_sha256, size_bytes: archive.length, verdict: report.verdict };
  const outcome = already_published ? 'is already published with the same content' : 'would be accepted';
  const passed = already_published === null ? 'passes the local checks' : outcome;
  const notChecked = unchecked === null ? '' : `! not checked: ${printable(unchecked)}\n`;
  return {
    json: { ...packed, dry_run: true, already_published, packages, missing, unchecked },
    text: `${line}${formatRequirements(missing, '!')}${notChecked}✓ ${name} ${version} ${passed}; nothing was uploaded\n`,
  };
}

interface ServerAnswer {
  /** Null if there was no server to ask. */
  already_published: boolean | null;
  missing: Missing[];
  /** Checks that needed the server but couldn't run, and why. */
  unchecked: string | null;
}

async function askServer(
  connection: Connection | Unconnected,
  plugin: PackedPlugin,
  org: true | undefined,
  manifest: Manifest | null,
): Promise<ServerAnswer> {
  const wanted = manifest && asksForSomething(manifest) ? ', and what a deployment would lack' : '';
  const unasked = (error: unknown): ServerAnswer => ({
    already_published: null,
    missing: [],
    unchecked: `whether the version is free${wanted}: ${withFix(error)}`,
  });
  if ('reason' in connection) return unasked(connection.reason);
  try {
    const already_published = await isAlreadyPublished(connection, plugin, org);
    return { already_published, ...(await askMissing(connection, plugin, org, manifest)) };
  } catch (error) {
    const isUnavailable = error instanceof ConnectionError || (error instanceof ApiError && error.status === 401);
    if (isUnavailable) return unasked(error);
    throw error;
  }
}

/** A key that may publish may lack the scope to read plugins. */
async function askMissing(
  connection: Connection,
  { name }: PackedPlugin,
  org: true | undefined,
  manifest: Manifest | null,
): Promise<Pick<ServerAnswer, 'missing' | 'unchecked'>> {
  try {
    const missing = await missingRequirements(connection, { name, shared: org === true }, manifest);
    return { missing, unchecked: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { missing: [], unchecked: `what a deployment would lack: ${error.message}` };
  }
}

function withFix(error: unknown): string {
  const { message, options } = toFailure(error) ?? new Failure('failed', String(error));
  return options.hint === undefined ? `${message}.` : `${message}. ${options.hint}`;
}

function lacking({ name, version }: PackedPlugin, missing: Missing[]): Failure {
  const message = formatMissing(`${name} ${version}`, missing, 'Nothing was uploaded.');
  const hint = 'Run the commands above, then publish.';
  return new Failure('failed', message, { title: 'Requirements missing', hint, details: { missing } });
}

function packagesMissing(failure: string): Missing {
  return { kind: 'packages', names: [], message: failure, commands: [] };
}

function notInstallable({ name, version }: PackedPlugin, failure: string): Failure {
  return new Failure('failed', `the packages of ${name} ${version} can't be installed: ${failure}`, {
    title: 'Packages not installed',
    hint: 'Correct the dependencies in manifest.py or requirements.txt. Nothing was uploaded.',
  });
}

interface CheckedPackages {
  /** Null if the packages could not be installed. */
  packages: { name: string; version: string }[] | null;
  /** Line for people; empty without dependencies. */
  line: string;
  /** Why a deployment could not install them. Undefined if the reason may be temporary. */
  failure?: string | undefined;
}

async function checkPackages(
  signal: AbortSignal,
  manifest: Manifest | null,
  { environment, output }: DryRunContext,
): Promise<CheckedPackages> {
  const none = { packages: [], line: '' };
  if (declaredRequirements(manifest).length === 0) return none;
  return withLocalBuilder(environment, signal, async (builder) => {
    const installation = await installPackages(builder, manifest, output);
    if (!installation) return none;
    const { check, installed } = installation;
    installed?.release();
    if (check.status === 'failed')
      return { packages: null, line: '', failure: [check.detail, ...(check.lines ?? [])].join('\n') };
    const mark = check.status === 'passed' ? '✓' : '!';
    return { packages: installed?.packages ?? null, line: `${mark} packages: ${printable(check.detail)}\n` };
  });
}

async function manifestOf(packed: Uint8Array<ArrayBuffer>): Promise<Manifest | null> {
  const archive = await openArchive(memorySource(packed), {
    newDigest: nodeDigest,
    checkAll: true,
    language: 'python',
  });
  const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
  return (await readManifest(nodeParsers(), plugin)).manifest;
}
