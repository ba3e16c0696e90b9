// A container whose server is the real builder in a process of test/container-host.ts, without the image and Cloudflare's limits.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import type { ContainerRuntime } from '../../../src/builders/containers/container-run.ts';

const startedModel = z.object({ number: z.int(), url: z.string() });

export class ProcessContainer implements ContainerRuntime {
  running = false;
  /** The options of each start of the container. */
  readonly started: (ContainerStartupOptions | undefined)[] = [];
  #process: Promise<z.infer<typeof startedModel>> | undefined;

  start(options?: ContainerStartupOptions): void {
    if (this.running) throw new Error('the container is already running');
    this.running = true;
    this.started.push(options);
    this.#process = this.#host('POST', '', options?.env ?? {}).then((text) => startedModel.parse(JSON.parse(text)));
  }

  /** Resolves when the server has ended. */
  async monitor(): Promise<void> {
    const started = await this.#process;
    if (started) await this.#host('GET', `/${started.number}/exit`);
    this.running = false;
  }

  async destroy(): Promise<void> {
    const started = await this.#process;
    if (started) await this.#host('DELETE', `/${started.number}`);
    this.running = false;
  }

  async setInactivityTimeout(): Promise<void> {}

  getTcpPort(port: number): Pick<Fetcher, 'fetch'> {
    return {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        const started = await this.#process;
        if (!this.running || !started || port !== 8080) throw new Error('connection refused');
        const request = new Request(input, init);
        return fetch(
          new Request(`${started.url}${new URL(request.url).pathname}${new URL(request.url).search}`, request),
        );
      },
    };
  }

  async #host(method: string, path: string, body?: object): Promise<string> {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const response = await fetch(`${env.CONTAINERS_URL}/containers${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`the host of the containers failed: ${text}`);
    return text;
  }
}
