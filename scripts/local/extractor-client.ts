// The extractor surface as a plugin author uses it, over plain HTTP: presign, PUT, confirm, deploy, status, call (mixpeek §5).
import { z } from 'zod';
import type { Local } from './organization.ts';

export type Reach = Pick<Local, 'url' | 'api_key' | 'namespace_id'>;

const uploadSchema = z.object({ upload_id: z.string(), presigned_url: z.string(), plugin_id: z.string() });
const confirmedSchema = z.object({
  plugin_id: z.string(),
  validation_status: z.enum(['pending', 'passed']),
  feature_uri: z.string(),
  message: z.string(),
});
const deploymentSchema = z.object({ status: z.string(), deployment_id: z.string(), generation: z.int() });
const statusSchema = z.object({
  status: z.enum(['QUEUED', 'PENDING', 'IN_PROGRESS', 'DEPLOYED', 'FAILED', 'NOT_DEPLOYED']),
  deployed: z.boolean(),
  message: z.string().nullable(),
  error: z.string().nullable(),
  serving: z.object({ deployment_id: z.string(), generation: z.int() }).nullable(),
});
export type Status = z.infer<typeof statusSchema>;
const answerSchema = z.object({
  deployment_id: z.string(),
  status: z.enum(['success', 'error']),
  raw_response: z.json(),
  error: z.string().nullable(),
});
export type Answer = z.infer<typeof answerSchema>;

/** An answer that isn't 200, with what it said. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  constructor(what: string, status: number, body: string) {
    super(`${what} answered ${status}: ${body.slice(0, 500)}`);
    this.status = status;
  }
}

export class ExtractorClient {
  readonly #reach: Reach;
  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** The path of a plugin, or of what is under it. */
  path(...parts: string[]): string {
    return ['/v1/namespaces', this.#reach.namespace_id, 'plugins', ...parts].join('/');
  }

  async exists(pluginId: string): Promise<boolean> {
    try {
      await this.#call('GET', this.path(pluginId), z.unknown());
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return false;
      throw error;
    }
  }

  requestUpload(name: string, version: string, sizeBytes: number) {
    return this.#call('POST', this.path('uploads'), uploadSchema, { name, version, file_size_bytes: sizeBytes });
  }

  /** To the presigned URL, without the key. Returns the ETag. */
  async putArchive(presignedUrl: string, archive: Uint8Array<ArrayBuffer>): Promise<string> {
    const response = await fetch(presignedUrl, {
      method: 'PUT',
      body: archive,
      headers: { 'content-type': 'application/zip' },
    });
    const body = await response.text();
    if (!response.ok) throw new Refused('PUT of the archive', response.status, body);
    return response.headers.get('etag') ?? '';
  }

  confirm(uploadId: string, etag: string, sizeBytes: number) {
    return this.#call('POST', this.path('uploads', uploadId, 'confirm'), confirmedSchema, {
      etag,
      file_size_bytes: sizeBytes,
    });
  }

  deploy(pluginId: string) {
    return this.#call('POST', this.path(pluginId, 'deploy'), deploymentSchema);
  }

  status(pluginId: string): Promise<Status> {
    return this.#call('GET', this.path(pluginId, 'status'), statusSchema);
  }

  call(pluginId: string, inputs: unknown): Promise<Answer> {
    return this.#call('POST', this.path(pluginId, 'realtime/test'), answerSchema, { inputs });
  }

  async #call<Output>(method: string, path: string, schema: z.ZodType<Output>, body?: unknown): Promise<Output> {
    const response = await fetch(`${this.#reach.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#reach.api_key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Refused(`${method} ${path}`, response.status, text);
    return schema.parse(JSON.parse(text));
  }
}

const pollMs = 100;

/** Waits until the newest attempt is over. Throws when it isn't by then. */
export async function settled(client: ExtractorClient, pluginId: string, waitMs: number): Promise<Status> {
  const until = performance.now() + waitMs;
  for (;;) {
    const status = await client.status(pluginId);
    if (status.status === 'DEPLOYED' || status.status === 'FAILED' || status.status === 'NOT_DEPLOYED') return status;
    if (performance.now() > until)
      throw new Error(`${pluginId} is still ${status.status} after ${waitMs} ms: ${status.message}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
