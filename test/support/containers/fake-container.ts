// A fake `ctx.container`, because the test runtime has no containers. The test provides the builder's server inside it. All commands
// and requests are recorded in order.
import type { ContainerRuntime } from '../../../src/builders/containers/container-run.ts';
import type { Health } from '../../../src/contract/builder/machine/health.ts';

export type Server = (request: Request) => Promise<Response>;

const answering: Server = async () => new Response('done', { headers: { 'content-length': '4' } });
const silence: Promise<never> = new Promise(() => {});

const missing = { available: false, reason: 'not in this test' } as const;
export const fakeHealth: Health = {
  status: 'ok',
  contract: '1',
  python: '3.12.0',
  sandbox: 'vm',
  cgroup: 'none',
  disk: { temp: 'sampled', data: 'sampled' },
  instances: 1,
  quarantined: 0,
  usage: {
    memory: { process_bytes: 1, available_bytes: 1 },
    disk: { free_bytes: 1, total_bytes: 1 },
    instances: { starting: 0, ready: 1, restarting: 0, draining: 0, stopped: 0, failed: 0 },
    restarts: 0,
    calls_in_flight: 0,
  },
  capabilities: { sources: missing, builds: missing, isolates: missing },
  target: { python: '3.12', platform: 'x86_64-manylinux_2_36' },
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

export class FakeContainer implements ContainerRuntime {
  running = false;
  /** `start`, `destroy`, and each request that reached the server. */
  readonly commands: string[] = [];
  readonly started: (ContainerStartupOptions | undefined)[] = [];
  readonly received: Request[] = [];
  /** Number of requests to a new container that fail because its server isn't listening yet. */
  refusals = 0;
  /** The reason for which the runtime refuses starts. */
  cannotStart: string | undefined;
  /** Simulates `docker pause`: connections are accepted, but nothing is answered. */
  paused = false;
  /** Simulates lost networking: connections are refused. */
  unreachable = false;
  /** Simulates a server from another release with another contract, which refuses every request. */
  isOfAnotherRelease = false;
  /** Number of instances that /health reports. */
  instances = 1;
  /** Instances that /health reports as too large for a shared container. */
  outgrown: string[] = [];
  server = answering;
  #refusalsLeft = 0;
  #over = Promise.withResolvers<void>();

  start(options?: ContainerStartupOptions): void {
    if (this.running) throw new Error('the container is already running');
    this.commands.push('start');
    this.started.push(options);
    this.running = true;
    this.#refusalsLeft = this.refusals;
    this.#over = Promise.withResolvers();
    this.#over.promise.catch(() => {});
    if (this.cannotStart !== undefined) this.exit(this.cannotStart);
  }

  monitor(): Promise<void> {
    return this.#over.promise;
  }

  async destroy(): Promise<void> {
    if (!this.running) return;
    this.commands.push('destroy');
    this.exit();
  }

  /** Ends the container as if its server had exited, or with an error. */
  exit(reason?: string): void {
    this.running = false;
    this.paused = false;
    this.unreachable = false;
    if (reason === undefined) this.#over.resolve();
    else this.#over.reject(new Error(reason));
  }

  async setInactivityTimeout(): Promise<void> {}

  getTcpPort(port: number): Pick<Fetcher, 'fetch'> {
    return {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => this.#receive(port, new Request(input, init)),
    };
  }

  async #receive(port: number, request: Request): Promise<Response> {
    const refuses = !this.running || this.unreachable || port !== 8080 || this.#refusalsLeft-- > 0;
    if (refuses) throw new Error('connection refused');
    if (this.paused) return Promise.race([silence, aborted(request.signal)]);
    const { pathname } = new URL(request.url);
    this.commands.push(`${request.method} ${pathname}`);
    if (this.isOfAnotherRelease)
      return Response.json({ error: { code: 'contract-mismatch', message: 'As the test says.' } }, { status: 426 });
    if (pathname === '/health')
      return Response.json({ ...fakeHealth, instances: this.instances, outgrown: this.outgrown });
    this.received.push(request);
    return this.server(request);
  }
}
