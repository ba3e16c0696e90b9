// Runs "containers" for tests in workerd. Each is the real builder server in a process with its own state and only the environment
// passed to the container. POST /containers starts one, GET …/exit waits for its end, and DELETE kills it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';
import { z } from 'zod';
import { freePorts, loopback } from '../scripts/machine/ports.ts';
import { gpuStandIn } from './gpu-stand-in.ts';

declare module 'vitest' {
  interface ProvidedContext {
    containers: { url: string };
  }
}

const environment = z.record(z.string(), z.string());

/** Modules compiled by test/builder. Compiling them takes most of a start, and a killed builder saves nothing. */
const compileCache = resolve('dist/compiled-builder');

class Container {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folders: readonly string[];
  readonly ended: Promise<unknown>;

  private constructor(child: ChildProcess, folders: readonly string[], port: number) {
    this.url = `http://${loopback}:${port}`;
    this.#child = child;
    this.#folders = folders;
    this.ended = once(child, 'exit');
  }

  /** `CARDS` are the GiB of GPUs to lend, such as `80,40`. */
  static async start({ CARDS, ...given }: Record<string, string>): Promise<Container> {
    const [port = 0] = await freePorts(1);
    const state = await mkdtemp(join(tmpdir(), 'slipway-container-'));
    await chmod(state, 0o711); // its workers may run as other users
    const { PATH = '', PYTHON } = process.env;
    const settings = { PATH, BUILDER_PORT: String(port), BUILDER_STATE: state, ...(PYTHON ? { PYTHON } : {}) };
    const cards = CARDS === undefined ? undefined : gpuStandIn(...CARDS.split(',').map(Number));
    const env = { NODE_COMPILE_CACHE: compileCache, ...settings, ...cards?.env, ...given };
    const child = spawn(process.execPath, ['builder/server/main.ts'], { env, detached: true, stdio: 'ignore' });
    const container = new Container(child, cards ? [state, cards.folder] : [state], port);
    await container.#listening(port);
    return container;
  }

  /** Resolves when the server accepts connections, because workerd writes a long log entry for each refused one. */
  async #listening(port: number): Promise<void> {
    let isOver = false;
    this.ended.then(() => {
      isOver = true;
    });
    while (!isOver && !(await accepts(port))) await setTimeout(50);
  }

  /** Kills the builder with all its processes, which is what happens when a container ends. */
  async kill(): Promise<void> {
    const { exitCode, pid, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      process.kill(-pid, 'SIGKILL');
      await this.ended;
    }
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, loopback);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

const containers: Container[] = [];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, , number = '', what] = (request.url ?? '').split('/');
  if (request.method === 'POST') {
    const container = await Container.start(environment.parse(JSON.parse(await text(request))));
    response.end(JSON.stringify({ number: containers.push(container) - 1, url: container.url }));
    return;
  }
  const container = containers[Number(number)];
  if (what === 'exit') await container?.ended;
  else await container?.kill();
  response.end();
}

export default async function startContainerHost(project: TestProject): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    answer(request, response).catch((cause: unknown) => response.writeHead(500).end(String(cause)));
  });
  await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  project.provide('containers', { url: `http://${loopback}:${address.port}` });
  return async () => {
    await Promise.all(containers.map((container) => container.kill()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
