// Tests the README's commands for people who have only Docker: the image builds without the host's packages, both demos go live, the
// console is at localhost, and a plugin in the folder `plugins` is published. All is still there after `down` and `up`.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { docker, hasImage } from '../containers/docker.ts';
import { freePorts } from '../machine/ports.ts';

/** The first Go plugin on a machine compiles the standard library. */
const liveMs = 900_000;
const pollMs = 500;
const goBase = 'slipway-base/go';
const bothLive = /Published and live in[\s\S]*live +word-count[\s\S]*\{words:6\}/;
const keptByVolume = /text_profile_1_0_0, during an earlier start[\s\S]*live +word-count[\s\S]*\{words:6\}/;

const ownPlugin = 'try_out';
/** On the host. */
const ownFolder = join('plugins', ownPlugin);

export interface TryOutSettings {
  /** The folder for the environment file. */
  folder: string;
  /** The project's name. */
  name: string;
  /** Build arguments that replace the base images; empty to pull them. */
  bases: Record<string, string>;
  /** Path of certificates that the build also trusts. */
  ca: string | undefined;
}

export async function tryOut({ folder, name, bases, ca }: TryOutSettings): Promise<string> {
  const isLocal = bases.BASE !== undefined;
  if (isLocal && !(await hasImage(goBase))) return `skipped: no ${goBase}. Run scripts/docker-bases.sh --go`;
  const [port = 0] = await freePorts(1);
  const variables = join(folder, 'try.env');
  await writeFile(variables, `SLIPWAY_PORT=${port}\n`);
  const project = ['compose', '--env-file', variables, '--project-name', name, '--file', 'compose.try.yaml'];
  const compose = (...args: string[]) => docker(...project, ...args);
  const args = {
    ...(isLocal ? { BASE: goBase, NODE: bases.NODE } : {}),
    ...(ca === undefined ? {} : { CA: await readFile(ca, 'utf8') }),
  };
  try {
    await compose('build', ...Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]));
    for (const expected of [bothLive, keptByVolume]) {
      await compose('up', '--detach');
      await logged(() => compose('logs', '--no-color', '--no-log-prefix'), expected);
      await openConsole(`http://localhost:${port}/`);
      const slipway = (...words: string[]) => compose('exec', '-T', 'slipway', 'slipway', ...words);
      await (expected === bothLive ? createPlugin(slipway) : raiseVersion());
      await slipway('publish', ownPlugin);
      await compose('down');
    }
    return 'console, demos and a plugin of the mounted folder, also after down and up';
  } finally {
    await rm(ownFolder, { recursive: true, force: true });
    await compose('down', '--volumes', '--rmi', 'local', '--timeout', '5');
  }
}

async function createPlugin(slipway: (...words: string[]) => Promise<string>): Promise<void> {
  await slipway('init', ownPlugin);
  const [made, mounted] = await Promise.all([stat(ownFolder), stat('plugins')]);
  if (made.uid !== mounted.uid)
    throw new Error(`${ownFolder} belongs to user ${made.uid}, and plugins to ${mounted.uid}`);
}

async function raiseVersion(): Promise<void> {
  const manifest = join(ownFolder, 'manifest.py');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('1.0.0', '1.1.0'));
}

async function logged(readLogs: () => Promise<string>, expected: RegExp): Promise<void> {
  for (const until = performance.now() + liveMs; ; await delay(pollMs)) {
    const logs = await readLogs();
    if (expected.test(logs)) return;
    if (/demo failed|Stopped\./.test(logs) || performance.now() > until)
      throw new Error(`the demos are not live:\n${logs}`);
  }
}

async function openConsole(url: string): Promise<void> {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  if (!response.ok || !(await response.text()).includes('<title>Slipway</title>'))
    throw new Error(`${url} responded with ${response.status} and no console`);
}
