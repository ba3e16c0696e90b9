// Starts a Ray cluster's head on this machine, with its own token. The head's dashboard and processes exit with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { signalGroup } from '../../builder/server/programs/signal-group.ts';
import { freePorts, loopback } from '../machine/ports.ts';

/** Even a busy machine needs only about a minute. */
const readyMs = 300_000;
const pollMs = 200;
const requestMs = 30_000;
/** Time for Ray to stop its processes one by one. `npm start` allows more time than this to stop all of its own. */
const stopMs = 8_000;
const outputCharsMax = 8192;

export interface Answer {
  status: number;
  text: string;
}

export interface HeadOptions {
  /** Path of the program `ray`. */
  program: string;
  /** Null to use any free port. */
  dashboardPort: number | null;
  cpus: number;
  /** Defaults to a new token. */
  token?: string;
}

/**
 * Declares a GPU even on a machine without one, so that plugins that ask for a GPU can be tried. Ray then doesn't check the hardware.
 */
function gpuArguments(): string[] {
  return existsSync('/dev/nvidia0') ? [] : ['--num-gpus', '1'];
}

export class RayHead {
  readonly dashboardUrl: string;
  readonly token: string;
  /** The cluster's folder. Each of the cluster's processes has it in its environment. */
  readonly folder: string;
  readonly #child: ChildProcess;
  #output = '';

  constructor(child: ChildProcess, { folder, port, token }: { folder: string; port: number; token: string }) {
    this.dashboardUrl = `http://${loopback}:${port}`;
    this.token = token;
    this.#child = child;
    this.folder = folder;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        this.#output = `${this.#output}${chunk}`.slice(-outputCharsMax);
      });
  }

  /** Waits until the dashboard responds for Ray Serve, which it loads last. Throws with Ray's output if Ray exits first. */
  async ready(): Promise<void> {
    const until = performance.now() + readyMs;
    for (;;) {
      const answers = await this.#answers();
      // If this head has exited, the answer came from the head that replaces it.
      if (answers && !this.#isOver) return;
      if (this.#isOver || performance.now() > until) throw new Error(`Ray did not start:\n${this.#output}`);
      await wait(pollMs);
    }
  }

  /**
   * Sends a request to the dashboard, with the token. Doesn't use `fetch`, which would send `Sec-Fetch-Mode`: Ray uses that header to
   * reject changes from browsers.
   */
  async request(
    path: string,
    { method = 'GET', body }: { method?: string; body?: string | Uint8Array } = {},
  ): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    const sent = request(`${this.dashboardUrl}${path}`, { method, headers, timeout: requestMs });
    sent.on('timeout', () => sent.destroy(new Error(`${path} did not respond in time`)));
    sent.end(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve).once('error', reject);
    });
    return { status: response.statusCode ?? 0, text: await text(response) };
  }

  /** Ends all the cluster's processes and removes its files. Workers have their own groups and exit with the head's raylet. */
  async stop(): Promise<void> {
    signalGroup(this.#child, 'SIGTERM');
    const ended = this.#isOver ? Promise.resolve() : once(this.#child, 'exit');
    await Promise.race([ended, wait(stopMs, undefined, { ref: false })]);
    signalGroup(this.#child, 'SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Resolves when the head has exited. */
  async ended(): Promise<void> {
    if (!this.#isOver) await once(this.#child, 'exit');
  }

  get #isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #answers(): Promise<boolean> {
    return (await this.request('/api/serve/applications/').catch(() => undefined))?.status === 200;
  }
}

/** Runs the program in a process group that ends when standard input closes, which means that its starter was killed. */
const untilClosed = `
exec 3<&0
trap : TERM
"$@" </dev/null 3<&- & head=$!
(trap : TERM; read -r _ <&3; kill -TERM 0; sleep ${stopMs / 1000}; rm -rf -- "$0"; kill -KILL 0) >/dev/null 2>&1 & watcher=$!
while kill -0 $head 2>/dev/null; do wait $head; done
kill -KILL $watcher
rm -rf -- "$0"`;

/** The folder holds sockets, whose paths are limited to 107 bytes, so the system's temporary folder may be too long. */
export async function startHead(options: HeadOptions): Promise<RayHead> {
  const { program, dashboardPort, cpus, token = randomBytes(32).toString('hex') } = options;
  const [anyPort = 0, clientPort = 0] = await freePorts(2);
  const port = dashboardPort ?? anyPort;
  const folder = await mkdtemp('/tmp/slipway-ray-');
  const args = ['start', '--head', '--block', '--port', '0', '--ray-client-server-port', String(clientPort)];
  const dashboard = [
    '--dashboard-host',
    loopback,
    '--dashboard-port',
    String(port),
    '--dashboard-agent-listen-port',
    '0',
  ];
  const rest = ['--num-cpus', String(cpus), ...gpuArguments(), '--disable-usage-stats', '--temp-dir', folder];
  const child = spawn('/bin/sh', ['-c', untilClosed, folder, program, ...args, ...dashboard, ...rest], {
    detached: true,
    env: { ...process.env, TMPDIR: folder, RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN: token },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new RayHead(child, { folder, port, token });
}
