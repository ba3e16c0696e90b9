// Publishes a plugin and calls it continuously. A failed call isn't retried, so that it counts.
import { packZip } from '../../src/archive/zip/pack.ts';
import { type ApiAccess, ExtractorClient, waitUntilSettled } from '../demo/extractor-client.ts';

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
    const archive = await archiveOf(version);
    const upload = await this.#client.requestUpload(pluginName, version, archive.length);
    const etag = await this.#client.putArchive(upload.presigned_url, archive);
    await this.#client.confirm(upload.upload_id, etag, archive.length);
    await this.#client.deploy(pluginIdOf(version));
    const { status, message } = await waitUntilSettled(this.#client, pluginIdOf(version), settleMs);
    if (status !== 'DEPLOYED') throw new Error(`version ${version} is ${status}: ${message}`);
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

function archiveOf(version: string): Promise<Uint8Array<ArrayBuffer>> {
  const files = {
    'manifest.py': `feature_extractor_name = "${pluginName}"\nversion = "${version}"\nfeatures = []\noutput_schema = {"id": {"type": "string"}}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `class RealtimeHandler:\n    def predict(self, request):\n        return {"id": "${version}"}\n`,
  };
  const encoder = new TextEncoder();
  return packZip(Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
}
