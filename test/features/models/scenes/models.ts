// Sends models to the store as a user does: requests a URL, PUTs the content there, and confirms it.
import { z } from 'zod';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { bytesOf } from '../../../support/bytes.ts';
import type { Answer } from '../../../support/client.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

/** Returns the path of one model, or of all models. */
export const modelsAt = ({ namespaceId }: Organization, name = '') =>
  `/v1/namespaces/${namespaceId}/models${name && `/${name}`}`;

export async function modelContent(text: string | Uint8Array<ArrayBuffer>) {
  const bytes = new Uint8Array(bytesOf(text));
  return { bytes, described: { sha256: await sha256Hex(bytes), size_bytes: bytes.length } };
}

/** Requests a URL, PUTs the bytes there, and confirms them. */
export async function putModel(
  org: Organization,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  more: object = {},
  sent = content,
): Promise<Answer> {
  const { described } = await modelContent(content);
  const requested = await org.put(modelsAt(org, name), described);
  const { upload_url } = z.object({ upload_url: z.string().nullable() }).parse(requested.body);
  if (upload_url !== null) {
    const body = new Uint8Array(bytesOf(sent));
    const headers = { 'content-length': String(body.length) };
    const { status } = await org.fetch(new Request(upload_url, { method: 'PUT', body, headers }));
    if (status !== 200) throw new Error(`PUT failed with ${status}`);
  }
  return org.post(`${modelsAt(org, name)}/confirm`, { ...described, ...more });
}
