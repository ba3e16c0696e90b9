// A fake of `ctx.container`, since the test runtime has no containers. The builder's server inside it is written by the test. All
// commands and requests are recorded in order.
import type { ContainerRuntime } from '../../src/deploy/builder/managed-container.ts';

export type Server = (request: Request) => Promise<Response>;

const answering: Server = async () => new Response('done');

export class FakeContainer implements ContainerRuntime {
  running = false;
  /** `start`, `destroy`, and each request that reached the server. */
  readonly commands: string[] = [];
  readonly started: (ContainerStartupOptions | undefined)[] = [];
  readonly received: Request[] = [];
  /** How many requests to a new container fail because its server isn't listening yet. */
  refusals = 0;
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
  }

  monitor(): Promise<void> {
    return this.#over.promise;
  }

  async destroy(): Promise<void> {
    if (!this.running) return;
    this.commands.push('destroy');
    this.exit();
  }

  /** Stops the container as a crash of its server does. */
  exit(): void {
    this.running = false;
    this.#over.resolve();
  }

  async setInactivityTimeout(): Promise<void> {}

  getTcpPort(port: number): Pick<Fetcher, 'fetch'> {
    return {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => this.#receive(port, new Request(input, init)),
    };
  }

  async #receive(port: number, request: Request): Promise<Response> {
    if (!this.running || port !== 8080 || this.#refusalsLeft-- > 0) throw new Error('connection refused');
    const { pathname } = new URL(request.url);
    this.commands.push(`${request.method} ${pathname}`);
    if (pathname === '/health') return Response.json({});
    this.received.push(request);
    return this.server(request);
  }
}
