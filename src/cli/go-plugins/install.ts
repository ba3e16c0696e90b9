// Installing a Go plugin from its repository, or bringing one that is installed from there to another commit. The server does all of
// it in one answer, as long as it takes; meanwhile it is asked how far it is.
import { pause } from '../../client/retry.ts';
import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { stageTeller } from '../deployments/follow.ts';
import { shownDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import type { Output } from '../output.ts';
import { printable } from '../terminal-text.ts';
import { failureOfInstall, installRefused } from './install-failure.ts';
import { type GoPlugin, listGoPlugins } from './installed.ts';
import { type GoKind, surfaces } from './kinds.ts';
import type { RepositoryRef } from './repository-ref.ts';

export interface Installing {
  kind: GoKind;
  name?: string;
  description?: string;
  wait: boolean;
  timeout: number;
}

type Wanted = Installing & RepositoryRef;

const lookEveryMs = 1000;

export async function installPlugin(connection: Connection, wanted: Wanted, output: Output): Promise<Told> {
  const startedAt = performance.now();
  const before = await installedFrom(connection, wanted);
  const tell = newStages(stageTeller(output), before);
  output.ongoing('fetching');
  const answered = before ? update(connection, wanted, before) : install(connection, wanted);
  const stopped = new AbortController();
  const [plugin] = await Promise.all([
    answered
      .finally(() => stopped.abort())
      .catch(async (error) => Promise.reject(await failureOfInstall(error, output))),
    wanted.wait ? tellWhile(connection, wanted, tell, stopped.signal) : undefined,
  ]);
  if (!wanted.wait && plugin.status === 'building') return underWay(plugin, wanted);
  const ended = await end(connection, wanted, plugin, { tell, until: startedAt + wanted.timeout });
  return toldInstalled(ended, before, wanted, performance.now() - startedAt);
}

/** What is installed of the repository already, or under the name that it is to have. */
async function installedFrom(
  connection: Connection,
  { kind, name, repository }: Wanted,
): Promise<GoPlugin | undefined> {
  const plugins = await listGoPlugins(connection, kind);
  const same = plugins.filter(({ repository_url, sha256 }) => sha256 !== null && repository_url === repository);
  const named = name === undefined ? same : same.filter((plugin) => plugin.name === name);
  if (named.length < 2) return named[0];
  throw new Failure(
    'usage',
    `which of them is meant? ${named.map((plugin) => plugin.name).join(', ')} come from there`,
    {
      hint: 'Name one with --name.',
    },
  );
}

const serverWaitsSeconds = 90;

/** How long the server is to hold its answer back (RFC 7240 §4.3). */
function preferred({ timeout, wait }: Wanted): Record<string, string> {
  return { prefer: `wait=${wait ? Math.min(serverWaitsSeconds, Math.ceil(timeout / 1000)) : 0}` };
}

function install({ client, signal }: Connection, wanted: Wanted): Promise<GoPlugin> {
  const { description, kind, name, ref, repository } = wanted;
  const body = {
    repository_url: repository,
    ...(ref === undefined ? {} : { git_ref: ref }),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
  return client.post(surfaces[kind], { body, headers: preferred(wanted), signal });
}

function update({ client, signal }: Connection, wanted: Wanted, { name }: GoPlugin): Promise<GoPlugin> {
  const { description, kind, ref } = wanted;
  const body = {
    ...(ref === undefined ? {} : { git_ref: ref }),
    ...(description === undefined ? {} : { description }),
  };
  return client.put(`${surfaces[kind]}/{name}`, { path: { name }, body, headers: preferred(wanted), signal });
}

type Tell = (plugin: GoPlugin | undefined) => void;

function newStages(tell: (stage: string) => void, before: GoPlugin | undefined): Tell {
  let last = '';
  return (plugin) => {
    const stage = stageOf(plugin, before);
    if (stage === last) return;
    last = stage;
    tell(stage);
  };
}

/** The version before is shown until the new one is built. */
function stageOf(plugin: GoPlugin | undefined, before: GoPlugin | undefined): string {
  if (before && plugin?.sha256 === before.sha256) return 'fetching and building';
  if (!plugin || plugin.git_commit_hash === '') return 'fetching';
  if (plugin.status === 'building') return `building ${plugin.git_commit_hash.slice(0, 12)}`;
  return plugin.loaded ? 'live' : 'starting';
}

/** Only to be told of: what goes wrong here is no reason to give up. */
async function tellWhile(connection: Connection, wanted: Wanted, tell: Tell, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([connection.signal, stop]);
  try {
    for (;;) {
      tell(await lookedUp({ ...connection, signal }, wanted));
      await pause(lookEveryMs, signal);
    }
  } catch {}
}

/** By where it comes from: its plugin.yaml may give it another name on the way. */
async function lookedUp(connection: Connection, { kind, name, repository }: Wanted): Promise<GoPlugin | undefined> {
  const plugins = await listGoPlugins(connection, kind);
  return plugins.find((plugin) => plugin.repository_url === repository && (name ?? plugin.name) === plugin.name);
}

async function end(
  connection: Connection,
  wanted: Wanted,
  answered: GoPlugin,
  { tell, until }: { tell: Tell; until: number },
): Promise<GoPlugin> {
  let plugin: GoPlugin | undefined = answered;
  while (plugin?.status === 'building') {
    if (performance.now() >= until) throw stillBuilding(plugin, wanted);
    await pause(lookEveryMs, connection.signal);
    plugin = await lookedUp(connection, wanted);
    tell(plugin);
  }
  if (!plugin) throw new Failure('failed', `nothing came of ${answered.name}: it was uninstalled meanwhile`);
  const { error_code, error_message } = plugin;
  if (plugin.status === 'error') throw installRefused(error_code ?? 'refused', error_message ?? 'it was refused', {});
  return plugin;
}

function stillBuilding({ name, status }: GoPlugin, { kind, timeout }: Wanted): Failure {
  return new Failure('pending', `${name} is still ${status} after ${shownDuration(timeout)}`, {
    title: 'Still under way',
    hint: `\`${showCommand(name, kind)}\` says how far it is.`,
    details: { name, status },
  });
}

function underWay(plugin: GoPlugin, { kind }: Wanted): Told {
  return { json: plugin, text: `✓ ${plugin.name} is being installed\n  next     ${showCommand(plugin.name, kind)}\n` };
}

function showCommand(name: string, kind: GoKind): string {
  return `slipway show ${name} --kind ${kind}`;
}

function toldInstalled(plugin: GoPlugin, before: GoPlugin | undefined, { kind }: Wanted, tookMs: number): Told {
  const { git_commit_hash, git_ref, name } = plugin;
  const at = `${name} ${printable(git_ref)} (${git_commit_hash.slice(0, 12)})`;
  if (before?.git_commit_hash === git_commit_hash) return { json: plugin, text: `✓ ${at} is installed already\n` };
  const done = before
    ? `updated from ${printable(before.git_ref)} (${before.git_commit_hash.slice(0, 12)})`
    : 'installed';
  const [action] = plugin.plugin_definition?.actions ?? [];
  const called = kind === 'storage' ? 'health' : (action?.name ?? 'ACTION');
  const next = `slipway invoke ${name} --kind ${kind} --action ${called} -d '{}'`;
  return { json: plugin, text: `✓ ${at} is ${done} after ${shownDuration(tookMs)}\n  call     ${next}\n` };
}
