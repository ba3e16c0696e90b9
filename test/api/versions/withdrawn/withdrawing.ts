// Takes versions back over HTTP.
import { expect } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { firstId } from '../../../support/scenes/staged.ts';

export const first = firstId;

export const second = 'hello_ext_1_1_0';

export const reason = 'Returns wrong embeddings. Use 1.1.1.';

export const objection = 'Write to security@example.com.';

/** Content that no other test has, because a quarantine holds for the whole installation. */
export const unique = (version?: string) =>
  plugin({ ...(version === undefined ? {} : { version }), files: { 'note.txt': crypto.randomUUID() } });

export async function two(org?: Organization) {
  const own = org ?? (await organization());
  await publish(own, unique());
  await publish(own, unique('1.1.0'));
  return own;
}

export async function activeOf(org: Organization): Promise<unknown> {
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
  return Object(body).results.find((one: { active: boolean }) => one.active)?.plugin_id;
}

export async function live(org: Organization, id: string) {
  expect((await org.post(`${org.plugins}/${id}/deploy`)).status).toBe(200);
}

export const typesOf = async (org: Organization) => (await eventsOf(org)).map(({ type }) => type);

export const quarantine = (org: Organization, sha256: string, fields: object = {}) =>
  clientOf(adminAuthorization, org.fetch).put(`/v1/admin/quarantines/${sha256}`, { reason, objection, ...fields });

export const lift = (org: Organization, sha256: string) =>
  clientOf(adminAuthorization, org.fetch).del(`/v1/admin/quarantines/${sha256}`);
