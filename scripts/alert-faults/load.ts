// Calls and publishes plugins continuously while faults come and go.
import { setTimeout as delay } from 'node:timers/promises';
import { deployAndWait, ExtractorClient } from '../demo/extractor-client.ts';
import { packRealtime } from '../demo/pack.ts';
import type { Local } from '../local/organization.ts';

const pauseMs = 100;
const settleMs = 60_000;

const output = 'output_schema = {"id": {"type": "string"}}\n';
const steady = 'class RealtimeHandler:\n    def predict(self, request):\n        return {"id": "steady"}\n';
const crashing = 'import os\n\n\nclass RealtimeHandler:\n    def predict(self, request):\n        os._exit(3)\n';

export class Load {
  readonly #client: ExtractorClient;
  readonly #loops = new Set<Promise<void>>();
  #isOver = false;

  constructor(local: Local) {
    this.#client = new ExtractorClient(local);
  }

  async begin(): Promise<void> {
    await this.#publish('steady', steady);
    await this.#publish('crashing', crashing);
    this.#loops.add(this.#callUntil('steady', () => this.#isOver));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }

  /** Requests a deployment, which uses a queue and triggers a webhook event. */
  async deploy(): Promise<void> {
    await this.#client.deploy('steady_1_0_0');
  }

  /** Calls the plugin whose process exits on each call. Returns a function that stops the calls. */
  callCrashing(): () => Promise<void> {
    let isOver = false;
    const calls = this.#callUntil('crashing', () => isOver || this.#isOver);
    return async () => {
      isOver = true;
      await calls;
    };
  }

  async #callUntil(name: string, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#client.call(`${name}_1_0_0`, {}).catch(() => undefined);
      await delay(pauseMs);
    }
  }

  async #publish(name: string, realtime: string): Promise<void> {
    await this.#client.publish(name, '1.0.0', await packRealtime(name, '1.0.0', realtime, output));
    await deployAndWait(this.#client, `${name}_1_0_0`, settleMs);
  }
}
