// Publishes a plugin and calls it continuously. A failed call isn't retried, so that it counts.
import { type ApiAccess, deployAndWait, ExtractorClient } from '../demo/extractor-client.ts';
import { packRealtime } from '../demo/pack.ts';

const callers = 4;
const settleMs = 180_000;
const pluginName = 'steady';

export interface LoadResult {
  calls: number;
  failures: string[];
  slowestMs: number;
}

export class Load {
  readonly #client: ExtractorClient;
  readonly #result: LoadResult = { calls: 0, failures: [], slowestMs: 0 };
  #loops: Promise<void>[] = [];
  #isOver = false;

  constructor(access: ApiAccess) {
    this.#client = new ExtractorClient(access);
  }

  start(version: string): void {
    this.#loops = Array.from({ length: callers }, () => this.#callUntilOver(pluginIdOf(version)));
  }

  async stop(): Promise<LoadResult> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    return this.#result;
  }

  /** Publishes and deploys a version, and waits until it serves calls. */
  async publish(version: string): Promise<void> {
    const realtime = `class RealtimeHandler:\n    def predict(self, request):\n        return {"id": "${version}"}\n`;
    const output = 'output_schema = {"id": {"type": "string"}}\n';
    await this.#client.publish(pluginName, version, await packRealtime(pluginName, version, realtime, output));
    await deployAndWait(this.#client, pluginIdOf(version), settleMs);
  }

  async #callUntilOver(pluginId: string): Promise<void> {
    while (!this.#isOver) {
      const startedAt = performance.now();
      await this.#client.call(pluginId, {}).catch((error: Error) => this.#result.failures.push(error.message));
      this.#result.calls += 1;
      this.#result.slowestMs = Math.max(this.#result.slowestMs, performance.now() - startedAt);
    }
  }
}

function pluginIdOf(version: string): string {
  return `${pluginName}_${version.replaceAll('.', '_')}`;
}
