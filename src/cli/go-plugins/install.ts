// Installs a Go plugin from its Git repository, or updates the installed one. The server does all the work within one request, so this
// polls for progress in parallel.
import { existsSync } from 'node:fs';
import { pause } from '../../client/retry.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import type { RequestedPlacement } from '../../contract/plugin/version-placement.ts';
import { formatDuration } from '../../core/quantities.ts';
import { releaseFields } from '../arguments/release-plan.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { stageReporter } from '../deployments/follow.ts';
import { Failure } from '../terminal/failure.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';
import { networkRows } from './capability-text.ts';
import { installFailure, toInstallFailure } from './install-failure.ts';
import { formatPlacement, type GoPlugin, listGoPlugins } from './installed.ts';

export interface RepositoryRef {
  repository: string;
  ref: string | undefined;
}

/** The first @ after the host starts the ref, which may contain others, as in `ocr@1.0.0`. */
const pattern = /^(?<repository>https?:\/\/[^/]+\/[^@]+)(?:@(?<ref>.+))?$/;

export function parseRepositoryRef(text: string): RepositoryRef {
  const { repository, ref } = pattern.exec(text)?.groups ?? {};
  if (repository !== undefined) return { repository, ref };
  throw new Failure('usage', `'${text}' is not a Git repository URL`, {
    hint: existsSync(text)
      ? `The server fetches from Git: push the folder to a repository and install its https URL. \`slipway test ${text}\` builds and tests it here.`
      : 'Use https://HOST/PATH or https://HOST/PATH@REF.',
  });
}

export interface InstallOptions {
  kind: GoKind;
  name?: string;
  description?: string;
  placement?: RequestedPlacement;
  /** How the name gets to the version, as the user wrote it. */
  release?: string;
  wait: boolean;
  timeout: number;
}

type InstallRequest = InstallOptions & RepositoryRef;

const pollMs = 1000;

export async function installPlugin(
  connection: Connection,
  request: InstallRequest,
  output: Output,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const previous = await findInstalled(connection, request);
  const report = onStageChange(stageReporter(output), previous);
  output.progress('fetching');
  const installing = previous ? update(connection, request, previous) : install(connection, request);
  const stopped = new AbortController();
  const [plugin] = await Promise.all([
    installing
      .finally(() => stopped.abort())
      .catch(async (error) => Promise.reject(await toInstallFailure(error, output))),
    request.wait ? reportProgress(connection, request, report, stopped.signal) : undefined,
  ]);
  if (plugin.status === 'staged') return stagedResult(plugin, request);
  if (!request.wait && plugin.status === 'building') return pendingResult(plugin, request);
  const read = async () => findPlugin(connection, request);
  const ended = await waitUntilBuilt(connection, plugin, { read, report, until: startedAt + request.timeout, request });
  return installedResult(ended, previous, request, performance.now() - startedAt);
}

/** Finds the plugin already installed from the repository, under the requested name if there is one. */
async function findInstalled(
  connection: Connection,
  { kind, name, repository }: InstallRequest,
): Promise<GoPlugin | undefined> {
  const plugins = await listGoPlugins(connection, kind);
  const fromRepository = plugins.filter(
    ({ repository_url, sha256 }) => sha256 !== null && repository_url === repository,
  );
  const named = name === undefined ? fromRepository : fromRepository.filter((plugin) => plugin.name === name);
  if (named.length < 2) return named[0];
  throw new Failure(
    'usage',
    `several plugins are installed from this repository: ${named.map((plugin) => plugin.name).join(', ')}`,
    { hint: 'Select one with --name.' },
  );
}

const serverWaitMaxSeconds = 90;

/** Returns how long the server should wait for the result before it responds (RFC 7240 §4.3). */
function preferHeader({ timeout, wait }: InstallRequest): Record<string, string> {
  return { prefer: `wait=${wait ? Math.min(serverWaitMaxSeconds, Math.ceil(timeout / 1000)) : 0}` };
}

function install({ client }: Connection, request: InstallRequest): Promise<GoPlugin> {
  const { description, kind, name, placement, ref, release, repository } = request;
  const body = { repository_url: repository, git_ref: ref, name, description, placement, ...releaseFields(release) };
  return client.post(goSurfaces[kind], { body, headers: preferHeader(request) });
}

function update({ client }: Connection, request: InstallRequest, { name }: GoPlugin): Promise<GoPlugin> {
  const { description, kind, placement, ref, release } = request;
  const body = { git_ref: ref, description, placement, ...releaseFields(release) };
  return client.put(`${goSurfaces[kind]}/{name}`, { path: { name }, body, headers: preferHeader(request) });
}

type ReportPlugin = (plugin: GoPlugin | undefined) => void;

function onStageChange(report: (stage: string) => void, previous: GoPlugin | undefined): ReportPlugin {
  let lastStage = '';
  return (plugin) => {
    const stage = stageOf(plugin, previous);
    if (stage === lastStage) return;
    lastStage = stage;
    report(stage);
  };
}

/** The server returns the previous version until the new one is built. */
function stageOf(plugin: GoPlugin | undefined, previous: GoPlugin | undefined): string {
  if (previous && plugin?.sha256 === previous.sha256) return 'fetching and building';
  if (!plugin || plugin.git_commit_hash === '') return 'fetching';
  if (plugin.sha256 === null) return `building ${plugin.git_commit_hash.slice(0, 12)}`;
  return plugin.status === 'active' && plugin.loaded ? 'live' : 'starting';
}

/** Polls and reports the progress. Ignores errors, since the install itself decides the outcome. */
async function reportProgress(
  connection: Connection,
  request: InstallRequest,
  report: ReportPlugin,
  stop: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([connection.signal, stop]);
  try {
    for (;;) {
      report(await findPlugin({ ...connection, signal }, request));
      await pause(pollMs, signal);
    }
  } catch {}
}

/** Finds the plugin by its repository, since its plugin.yaml may rename it during the install. */
async function findPlugin(
  connection: Connection,
  { kind, name, repository }: InstallRequest,
): Promise<GoPlugin | undefined> {
  const plugins = await listGoPlugins(connection, kind);
  return plugins.find((plugin) => plugin.repository_url === repository && (name ?? plugin.name) === plugin.name);
}

interface BuildWait {
  /** Finds the plugin, whose name may change during the install. */
  read(): Promise<GoPlugin | undefined>;
  report: ReportPlugin;
  until: number;
  request: Pick<InstallOptions, 'kind' | 'timeout'>;
}

/** Polls while the server is working on an install, an update or a rollback. Throws the server's error. */
export async function waitUntilBuilt(
  { signal }: Connection,
  response: GoPlugin,
  { read, report, until, request }: BuildWait,
): Promise<GoPlugin> {
  let plugin: GoPlugin | undefined = response;
  while (plugin?.status === 'building') {
    if (performance.now() >= until) throw timeoutFailure(plugin, request);
    await pause(pollMs, signal);
    plugin = await read();
    report(plugin);
  }
  if (!plugin)
    throw new Failure('failed', `${response.name} is not installed`, {
      hint: 'If it waits for approval, `slipway approvals` lists it. Otherwise, install it again.',
    });
  const { error_code, error_message } = plugin;
  if (error_message !== undefined) throw installFailure(error_code ?? 'refused', error_message, {});
  return plugin;
}

function timeoutFailure({ name, status }: GoPlugin, { kind, timeout }: BuildWait['request']): Failure {
  return new Failure('pending', `${name} is still ${status} after ${formatDuration(timeout)}`, {
    title: 'Still in progress',
    hint: `Check the progress with \`${showCommand(name, kind)}\`.`,
    details: { name, status },
  });
}

function pendingResult(plugin: GoPlugin, { kind }: InstallRequest): CommandResult {
  return { json: plugin, text: `✓ ${plugin.name} is being installed\n  next     ${showCommand(plugin.name, kind)}\n` };
}

function stagedResult(plugin: GoPlugin, { kind }: InstallRequest): CommandResult {
  const ref = `${plugin.name}@${printable(plugin.git_ref)}`;
  const next = `  next     another person runs \`slipway approve ${ref} --kind ${kind}\`\n`;
  return { json: plugin, text: `✓ ${ref} waits for approval\n${next}` };
}

export function showCommand(name: string, kind: GoKind): string {
  return `slipway show ${name} --kind ${kind}`;
}

function installedResult(
  plugin: GoPlugin,
  previous: GoPlugin | undefined,
  { kind }: InstallRequest,
  tookMs: number,
): CommandResult {
  const { git_commit_hash, git_ref, name } = plugin;
  const commit = `${printable(git_ref)} (${git_commit_hash.slice(0, 12)})`;
  const at = `${name} ${commit}`;
  const isSame = previous?.git_commit_hash === git_commit_hash && previous.placement === plugin.placement;
  if (isSame) return { json: plugin, text: `✓ ${at} is already installed\n` };
  const done = previous
    ? `updated ${name} from ${printable(previous.git_ref)} (${previous.git_commit_hash.slice(0, 12)}) to ${commit}`
    : `installed ${at}`;
  const [action] = plugin.plugin_definition?.actions ?? [];
  const exampleAction = kind === 'storage' ? 'health' : (action?.name ?? 'ACTION');
  const next = `slipway invoke ${name} --kind ${kind} --action ${exampleAction} -d '${exampleData(action)}'`;
  const rows = [...formatPlacement(plugin), ...networkRows({ ...plugin, kind }), ['call', next]].map(
    ([label = '', text]) => `  ${label.padEnd(7)}  ${text}\n`,
  );
  return { json: plugin, text: `✓ ${done} in ${formatDuration(tookMs)}\n${rows.join('')}` };
}

type Action = NonNullable<NonNullable<GoPlugin['plugin_definition']>['actions']>[number];

const exampleValues: Record<string, unknown> = { number: 1, integer: 1, boolean: true, array: [], object: {} };

/** Returns the parameters that an action requires, each with a value of its type. */
function exampleData(action: Action | undefined): string {
  const required = (action?.parameters ?? []).filter((parameter) => parameter.required);
  return JSON.stringify(
    Object.fromEntries(required.map(({ name, type = '' }) => [name, exampleValues[type] ?? 'text'])),
  );
}
