// Calls and publishes plugins continuously while faults come and go.
import { setTimeout as delay } from 'node:timers/promises';
import { packZip } from '../../src/archive/zip/pack.ts';
import { ExtractorClient, waitUntilSettled } from '../demo/extractor-client.ts';
import type { Local } from '../local/organization.ts';

const pauseMs = 100;
const settleMs = 60_000;

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
    const files = {
      'manifest.py': `feature_extractor_name = "${name}"\nversion = "1.0.0"\nfeatures = []\noutput_schema = {"id": {"type": "string"}}\n`,
      'pipeline.py':
        'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
      'realtime.py': realtime,
    };
    const encoder = new TextEncoder();
    const archive = await packZip(
      Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })),
    );
    const upload = await this.#client.requestUpload(name, '1.0.0', archive.length);
    const etag = await this.#client.putArchive(upload.presigned_url, archive);
    await this.#client.confirm(upload.upload_id, etag, archive.length);
    await this.#client.deploy(`${name}_1_0_0`);
    await waitUntilSettled(this.#client, `${name}_1_0_0`, settleMs);
  }
}
