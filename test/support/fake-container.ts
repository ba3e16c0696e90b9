// The runtime's side of a container, as `ctx.container` shows it, with a builder's server in it that the test writes. The runtime
// for tests has no containers; all that is told to this one is noted, in the order in which it came.
import type { ContainerRuntime } from '../../src/deploy/builder/managed-container.ts';

export type Server = (request: Request) => Promise<Response>;

const answering: Server = async () => new Response('done');

export class FakeContainer implements ContainerRuntime {
  running = false;
  /** `start`, `destroy`, and every request that reached the server. */
  readonly told: string[] = [];
  readonly started: (ContainerStartupOptions | undefined)[] = [];
  readonly received: Request[] = [];
  /** Looks at the server of a new container that find nobody listening. */
  refusals = 0;
  server = answering;
  #refusalsLeft = 0;
  #over = Promise.withResolvers<void>();

  start(options?: ContainerStartupOptions): void {
    if (this.running) throw new Error('it runs already');
    this.told.push('start');
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
    this.told.push('destroy');
    this.exit();
  }

  /** As a crash of its server. */
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
    this.told.push(`${request.method} ${pathname}`);
    if (pathname === '/health') return Response.json({});
    this.received.push(request);
    return this.server(request);
  }
}
