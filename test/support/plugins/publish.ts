// Publishes as a user does: requests an upload, PUTs the archive, and confirms.
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { type Answer, type Client, type Fetch, worker } from '../client.ts';
import type { Organization } from '../scenes/organization.ts';
import type { Plugin } from './plugin.ts';

const uploadModel = z.object({
  upload_id: idSchema('upload'),
  presigned_url: z.string(),
  version: z.string(),
  plugin_id: z.string(),
});

/** Fields of a version that nobody has taken back. */
export const notWithdrawn = { yanked: null, deprecated: null, quarantined: null };

export type OpenUpload = z.infer<typeof uploadModel>;

type Publisher = Client & Pick<Organization, 'plugins'>;

export async function openUpload(
  org: Publisher,
  request: { name: string; [field: string]: unknown },
): Promise<OpenUpload> {
  return uploadModel.parse((await org.post(`${org.plugins}/uploads`, request)).body);
}

/** Returns the ETag of the stored object. */
export async function putArchive(
  { presigned_url }: Pick<OpenUpload, 'presigned_url'>,
  bytes: Uint8Array<ArrayBuffer>,
  fetch: Fetch = worker,
): Promise<string> {
  const headers = { 'content-length': String(bytes.length) };
  const response = await fetch(new Request(presigned_url, { method: 'PUT', body: bytes, headers }));
  const text = await response.text();
  if (response.status !== 200) throw new Error(`PUT failed with ${response.status}: ${text}`);
  return response.headers.get('etag') ?? '';
}

export function confirm(org: Publisher, upload: Pick<OpenUpload, 'upload_id'>, body?: unknown): Promise<Answer> {
  return org.post(`${org.plugins}/uploads/${upload.upload_id}/confirm`, body);
}

/** Creates an upload with a stored archive that is ready to be confirmed. */
export async function uploaded(
  org: Publisher,
  { name, version }: { name: string; version?: string },
  bytes: Uint8Array<ArrayBuffer>,
): Promise<OpenUpload & { etag: string }> {
  const upload = await openUpload(org, { name, ...(version === undefined ? {} : { version }) });
  return { ...upload, etag: await putArchive(upload, bytes, org.fetch) };
}

/** Publishes a plugin. Throws if it is rejected. */
export async function publish(
  org: Publisher,
  { name, version, zip }: Pick<Plugin, 'name' | 'version' | 'zip'>,
): Promise<OpenUpload> {
  const upload = await uploaded(org, { name, version }, zip);
  const { status, text } = await confirm(org, upload);
  if (status !== 200) throw new Error(`confirm failed with ${status}: ${text}`);
  return upload;
}
