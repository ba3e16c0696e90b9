// Starts builders on this machine, for a Worker that calls several of them.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { freePorts, loopback } from '../../../scripts/machine/ports.ts';
import { contractHeader, contractVersion, instanceStatusSchema } from '../../../src/contract/builder/instances.ts';
import { healthSchema } from '../../../src/contract/builder/machine/health.ts';

const main = 'builder/server/main.ts';

/** A builder at a fixed address, whose process can be replaced. */
export class OwnBuilder {
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;

  constructor(state: string, port: number, token: string) {
    this.url = `http://${loopback}:${port}`;
    this.#env = {
      BUILDER_PORT: String(port),
      BUILDER_STATE: join(state, `builder-${port}`),
      BUILDER_TOKEN: token,
      BUILDER_PACKAGES: 'stored',
      BUILDER_GO_CACHE: resolve('dist/go/cache'),
      SLIPWAY_ALLOW_LOOPBACK: '1',
    };
  }

  get name(): string {
    return new URL(this.url).host;
  }

  async start(): Promise<void> {
    const child = fork(main, [], { env: { ...process.env, ...this.#env }, silent: true });
    this.#process = child;
    await once(child, 'message');
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async kill(): Promise<void> {
    const ended = this.#process && once(this.#process, 'exit');
    this.signal('SIGKILL');
    await ended;
  }

  /** Returns how many instances are ready. */
  async ready(): Promise<number> {
    return healthSchema.parse(await (await this.#get('/health')).json()).usage?.instances.ready ?? 0;
  }

  /** Returns how many calls an instance has had. Zero if it isn't here. */
  async calls(instanceId: string): Promise<number> {
    const response = await this.#get(`/instances/${instanceId}`).catch(() => undefined);
    return response?.ok ? instanceStatusSchema.parse(await response.json()).calls : 0;
  }

  #get(path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#env.BUILDER_TOKEN}`, [contractHeader]: contractVersion };
    return fetch(this.url + path, { headers });
  }
}

export interface Builders {
  all: OwnBuilder[];
  /** The environment of a Worker that calls the first ones. */
  env(count: number): Record<string, string>;
}

/** Starts builders in a state folder. */
export async function startBuilders(state: string, count: number): Promise<Builders> {
  const token = randomBytes(32).toString('hex');
  const all = (await freePorts(count)).map((port) => new OwnBuilder(state, port, token));
  await Promise.all(all.map((one) => one.start()));
  const urls = (some: number) => all.slice(0, some).map(({ url }) => url);
  return { all, env: (some) => ({ BUILDER_URLS: urls(some).join(','), BUILDER_TOKEN: token }) };
}
