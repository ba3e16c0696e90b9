// Publishes, deploys and calls a plugin for the demo and the end-to-end tests. Never retries a request, so that failures stay visible.
import type { components } from '../../src/client/api.gen.d.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { ApiError } from '../../src/client/errors.ts';
import { putArchive } from '../../src/client/put-archive.ts';
import type { Local } from '../local/organization.ts';

export type ApiAccess = Pick<Local, 'url' | 'api_key' | 'namespace_id'>;
export type Status = components['schemas']['PluginStatus'];
export type Answer = components['schemas']['RealtimeAnswer'];

const retries = { retriesMax: 0 };
const plugins = '/v1/namespaces/{namespace_id}/plugins';

export class ExtractorClient {
  readonly #reach: ApiAccess;
  readonly #client: SlipwayClient;
  constructor(reach: ApiAccess) {
    this.#reach = reach;
    this.#client = new SlipwayClient({ baseUrl: reach.url, apiKey: reach.api_key, retries });
  }

  /** Returns the path of a plugin or one of its subresources. */
  path(...parts: string[]): string {
    return [plugins.replace('{namespace_id}', this.#reach.namespace_id), ...parts].join('/');
  }

  async exists(pluginId: string): Promise<boolean> {
    try {
      await this.#client.get(`${plugins}/{plugin_id}`, this.#of(pluginId));
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false;
      throw error;
    }
  }

  requestUpload(name: string, version: string, sizeBytes: number) {
    const body = { name, version, file_size_bytes: sizeBytes };
    return this.#client.post(`${plugins}/uploads`, { path: this.#here, body });
  }

  /** Uploads to the presigned URL without the API key. Returns the ETag. */
  putArchive(presignedUrl: string, archive: Uint8Array<ArrayBuffer>): Promise<string> {
    return putArchive(presignedUrl, new Blob([archive]), { retries });
  }

  confirm(uploadId: string, etag: string, sizeBytes: number) {
    const path = { ...this.#here, upload_id: uploadId };
    return this.#client.post(`${plugins}/uploads/{upload_id}/confirm`, {
      path,
      body: { etag, file_size_bytes: sizeBytes },
    });
  }

  /** Uploads and confirms an archive. */
  async publish(name: string, version: string, archive: Uint8Array<ArrayBuffer>) {
    const upload = await this.requestUpload(name, version, archive.length);
    const etag = await this.putArchive(upload.presigned_url, archive);
    return this.confirm(upload.upload_id, etag, archive.length);
  }

  deploy(pluginId: string) {
    return this.#client.post(`${plugins}/{plugin_id}/deploy`, this.#of(pluginId));
  }

  deployment(id: string) {
    const path = { ...this.#here, deployment_id: id };
    return this.#client.get('/v1/namespaces/{namespace_id}/deployments/{deployment_id}', { path });
  }

  status(pluginId: string): Promise<Status> {
    return this.#client.get(`${plugins}/{plugin_id}/status`, this.#of(pluginId));
  }

  call(pluginId: string, inputs: Record<string, unknown>): Promise<Answer> {
    return this.#client.post(`${plugins}/{plugin_id}/realtime/test`, { ...this.#of(pluginId), body: { inputs } });
  }

  get #here() {
    return { namespace_id: this.#reach.namespace_id };
  }

  #of(pluginId: string) {
    return { path: { ...this.#here, plugin_id: pluginId } };
  }
}

const defaultPollMs = 100;

/** Waits until the latest deployment has ended. Throws after `waitMs`. */
export async function waitUntilSettled(
  client: ExtractorClient,
  pluginId: string,
  waitMs: number,
  pollMs = defaultPollMs,
): Promise<Status> {
  const until = performance.now() + waitMs;
  for (;;) {
    const status = await client.status(pluginId);
    if (status.status === 'DEPLOYED' || status.status === 'FAILED' || status.status === 'NOT_DEPLOYED') return status;
    if (performance.now() > until)
      throw new Error(`${pluginId} is still ${status.status} after ${waitMs} ms: ${status.message}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Deploys a version and returns the deployment's ID. Throws unless the version serves calls within `waitMs`. */
export async function deployAndWait(client: ExtractorClient, pluginId: string, waitMs: number): Promise<string> {
  const { deployment_id } = await client.deploy(pluginId);
  const { status, message } = await waitUntilSettled(client, pluginId, waitMs);
  if (status !== 'DEPLOYED') throw new Error(`${pluginId} is ${status}: ${message}`);
  return deployment_id;
}
