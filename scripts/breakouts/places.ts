// Defines where `npm run breakouts` runs a builder: as root and as a user on this machine, with and without namespaces, and in
// containers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { removeWhole } from '../../builder/server/removal/tree-remover.ts';
import type { SandboxKind } from '../../src/contract/builder/instances.ts';
import { BuilderClient, token } from '../../test/builder/builder-client.ts';
import { docker, removeContainers } from '../containers/docker.ts';

export interface Place {
  name: string;
  start(): Promise<Placed>;
}

/** A running builder. */
export interface Placed {
  client: BuilderClient;
  sandbox: SandboxKind;
  cgroup: string;
  /** True if each instance has its own user. */
  ownUser: boolean;
  /** PID of the builder on this machine. */
  pid: number;
  /** Facts about the builder as its plugins would see them. */
  seen: { pid: number; port: number; stateFolder: string; serverFile: string };
  /** Command that runs Python where the builder runs: on this machine or in its container. */
  python: string[];
  line: string;
  close(): Promise<void>;
}

export interface LocalOptions {
  sandbox?: SandboxKind;
  uid?: number;
  /** Kernel features to disable: `namespaces`, `landlock`. */
  lacking?: string[];
  single?: boolean;
}

export const user = 61_234;
/** The Python that builders on this machine use. */
const pythonOfBuilders = process.env.PYTHON || '/usr/bin/python3';
const serverFile = resolve('builder/server/main.ts');
const readyLine =
  /^builder ready on \S+:(?<port>\d+) \(Python \S+, sandbox (?<sandbox>\w+)(?<own>, each worker as its own user)?, cgroup (?<cgroup>\w+)\)/;
const startMs = 60_000;

export function allPlaces(image: string | undefined): Place[] {
  const isRoot = process.getuid?.() === 0;
  const uid = isRoot ? { uid: user } : {};
  const asRoot: Place[] = [
    { name: 'root', start: () => startLocal({}) },
    { name: 'root, landlock', start: () => startLocal({ sandbox: 'landlock' }) },
    { name: 'root, vm', start: () => startLocal({ sandbox: 'vm', single: true }) },
  ];
  return [
    ...(isRoot ? asRoot : []),
    { name: 'user', start: () => startLocal(uid) },
    { name: 'user, no namespaces', start: () => startLocal({ ...uid, lacking: ['namespaces'] }) },
    ...(image === undefined
      ? []
      : [
          { name: 'container', start: () => startContainer(image, []) },
          // Runs without Docker's default profile, as Kubernetes does by default.
          {
            name: 'container, no filter',
            start: () => startContainer(image, ['--security-opt', 'seccomp=unconfined']),
          },
          { name: 'container, --user', start: () => startContainer(image, ['--user', '10001:10001']) },
        ]),
    { name: 'user, none', start: () => startLocal({ ...uid, sandbox: 'none' }) },
  ];
}

/** Starts a builder. The caller must read its output. */
export async function spawnLocal({ sandbox, uid, lacking = [], single = false }: LocalOptions) {
  const stateFolder = await mkdtemp(join(tmpdir(), 'slipway-breakouts-'));
  await chmod(stateFolder, 0o711);
  if (uid !== undefined) await chown(stateFolder, uid, uid);
  const env = {
    PATH: process.env.PATH,
    BUILDER_TOKEN: token,
    BUILDER_PORT: '0',
    BUILDER_STATE: stateFolder,
    BUILDER_SINGLE: single ? '1' : '0',
    PYTHON: pythonOfBuilders,
    ...(sandbox === undefined ? {} : { BUILDER_SANDBOX: sandbox }),
  };
  const args = ['-I', resolve('scripts/breakouts/without.py'), lacking.join(','), process.execPath, serverFile];
  const ids = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(pythonOfBuilders, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...ids });
  return { child, stateFolder };
}

async function startLocal(options: LocalOptions): Promise<Placed> {
  const { child, stateFolder } = await spawnLocal(options);
  const exited = once(child, 'exit');
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const line = await new Promise<string>((found, reject) => {
    createInterface({ input: child.stdout }).once('line', found);
    child.once('exit', () => reject(new Error(errors.join('\n'))));
  });
  const { port, ...kind } = parseReady(line);
  const pid = child.pid ?? 0;
  return {
    client: new BuilderClient(`http://127.0.0.1:${port}`),
    ...kind,
    pid,
    seen: { pid, port, stateFolder, serverFile },
    python: [pythonOfBuilders],
    line,
    close: async () => {
      child.kill('SIGINT');
      await exited;
      await removeWhole(stateFolder);
    },
  };
}

async function startContainer(image: string, options: string[]): Promise<Placed> {
  const run = ['run', '--detach', '--publish', '127.0.0.1::8080', '--env', `BUILDER_TOKEN=${token}`, ...options, image];
  const id = await docker(...run);
  const line = await readyLineOf(id);
  const published = (await docker('port', id, '8080')).split('\n')[0] ?? '';
  const { port, ...kind } = parseReady(line);
  return {
    client: new BuilderClient(`http://${published}`),
    ...kind,
    pid: Number(await docker('inspect', '--format', '{{.State.Pid}}', id)),
    seen: { pid: 1, port, stateFolder: '/var/lib/slipway', serverFile: '/slipway/builder/server/main.ts' },
    python: ['docker', 'exec', '--interactive', id, 'python3'],
    line,
    close: () => removeContainers([id]),
  };
}

async function readyLineOf(id: string): Promise<string> {
  for (const until = performance.now() + startMs; performance.now() < until; await delay(200)) {
    const line = (await docker('logs', id)).split('\n').find((one) => readyLine.test(one));
    if (line !== undefined) return line;
  }
  throw new Error(`The container is not ready: ${await docker('logs', id)}`);
}

function parseReady(line: string): { port: number; sandbox: SandboxKind; cgroup: string; ownUser: boolean } {
  const { port, sandbox, cgroup, own } = readyLine.exec(line)?.groups ?? {};
  const kind = (['namespaces', 'landlock', 'vm', 'none'] as const).find((one) => one === sandbox);
  if (kind === undefined || cgroup === undefined) throw new Error(`Unexpected output from the builder: ${line}`);
  return { port: Number(port), sandbox: kind, cgroup, ownUser: own !== undefined };
}
