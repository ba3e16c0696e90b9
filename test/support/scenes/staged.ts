// Publishes versions that wait for approval, and approves them, over HTTP.
import type { Answer } from '../client.ts';
import { type PluginOptions, plugin } from '../plugins/plugin.ts';
import { confirm, openUpload, putArchive } from '../plugins/publish.ts';
import type { Organization } from './organization.ts';

export const firstId = 'hello_ext_1_0_0';

/** Publishes a version. It is staged if `fields` ask for it, or if the organization's settings or key demand it. */
export async function stage(org: Organization, options: PluginOptions = {}, fields: object = {}): Promise<Answer> {
  const { name, version, zip } = plugin(options);
  const upload = await openUpload(org, { name, version, ...fields });
  await putArchive(upload, zip, org.fetch);
  return confirm(org, upload);
}

export async function digestOf(org: Organization, pluginId = firstId): Promise<string> {
  return Object((await org.get(`${org.plugins}/${pluginId}`)).body).plugin.code_hash;
}

export async function approve(org: Organization, pluginId = firstId, fields: object = {}): Promise<Answer> {
  const sha256 = await digestOf(org, pluginId);
  return org.post(`${org.plugins}/${pluginId}/approve`, { sha256, ...fields });
}

export function messageOf({ body }: Answer): string {
  return Object(body).error.message;
}
