// Starts builders in which the plugin is measured: a process on this machine, and containers.
import { fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { docker, engineVersion, removeContainers } from '../../scripts/containers/docker.ts';
import { buildImage, prepareBases } from '../../scripts/containers/images.ts';
import {
  contractHeader,
  contractVersion,
  type ExecutableSpec,
  type InstanceSpec,
} from '../../src/contract/builder/instances.ts';
import { BuilderClient, token } from '../../test/builder/builder-client.ts';
import { callOnce, memoryOf, type Place, type Target } from './measure.ts';
import { answer } from './subject.ts';

const main = fileURLToPath(import.meta.resolve('../../builder/server/main.ts'));
const image = 'slipway-bench/edge';
const onlyInstance = 'only';
const listenMs = 30_000;

export interface RunningBuilder {
  client: BuilderClient;
  pid: number;
  end(): void;
}

export async function startBuilder(state: string): Promise<RunningBuilder> {
  const env = { ...process.env, BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: state };
  const child = fork(main, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const message: unknown = await new Promise((resolve) => child.once('message', resolve));
  const { port } = z.object({ port: z.number() }).parse(message);
  return {
    client: new BuilderClient(`http://127.0.0.1:${port}`),
    pid: child.pid ?? 0,
    end: () => child.kill('SIGINT'),
  };
}

export function onBuilder(name: string, { client, pid }: RunningBuilder, spec: InstanceSpec, colds: number): Place {
  const target = (at: number) => targetOf(client.url, `${spec.runtime}-${at}`);
  return {
    name,
    colds,
    cold: async (at) => {
      await client.put(`${spec.runtime}-${at}`, spec);
      await callOnce(target(at));
    },
    target: () => target(0),
    memoryBytes: () => memoryOf(pid),
  };
}

/** Each instance has a container, as in production. Returns why there are none if Docker isn't available. */
export async function inContainers(
  bytes: Uint8Array<ArrayBuffer>,
  spec: ExecutableSpec,
  colds: number,
): Promise<{ place: Place; end(): Promise<void> } | { missing: string }> {
  const engine = await engineVersion();
  if ('missing' in engine) return engine;
  await buildImage(await prepareBases(() => {}), image);
  const containers: Container[] = [];
  const place: Place = {
    name: 'container, process',
    colds,
    cold: async () => {
      const container = await startContainer();
      containers.push(container);
      const client = new BuilderClient(container.url);
      await isListening(client);
      await client.send('PUT', `/blobs/${spec.artifact}`, bytes);
      await client.put(onlyInstance, spec);
      await callOnce(targetOf(container.url, onlyInstance));
    },
    target: () => targetOf(containers[0]?.url ?? '', onlyInstance),
    memoryBytes: () => containers.reduce((sum, { pid }) => sum + memoryOf(pid), 0),
  };
  return { place, end: () => removeContainers(containers.map(({ id }) => id)) };
}

interface Container {
  id: string;
  url: string;
  pid: number;
}

async function startContainer(): Promise<Container> {
  const id = await docker('run', '--detach', '--publish', '127.0.0.1::8080', '--env', `BUILDER_TOKEN=${token}`, image);
  const [published = ''] = (await docker('port', id, '8080')).split('\n');
  return { id, url: `http://${published}`, pid: Number(await docker('inspect', '--format', '{{.State.Pid}}', id)) };
}

/** Docker accepts connections before the server in the container does, and closes them. */
async function isListening(client: BuilderClient): Promise<void> {
  for (const until = performance.now() + listenMs; ; await setTimeout(5)) {
    const response = await client.fetch('/health').catch(() => undefined);
    if (response?.ok) return;
    if (performance.now() > until) throw new Error(`The builder at ${client.url} does not answer`);
  }
}

function targetOf(url: string, id: string): Target {
  const headers = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };
  return { url: `${url}/instances/${id}/invoke`, headers, expected: answer };
}
