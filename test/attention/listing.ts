// Needs of an organization, and their list.
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import type { LosingScene } from '../support/scenes/losing-scene.ts';
import { needsOf } from '../support/scenes/needs.ts';

export const day = 86_400_000;

/** Publishes a plugin that lacks a secret. */
export async function lack(
  { org }: Pick<LosingScene, 'org'>,
  name: string,
  secrets = ['API_KEY'],
  version = '1.0.0',
): Promise<void> {
  const extra = `permissions = ${JSON.stringify({ secrets })}\n`;
  await publish(org, plugin({ name, version, files: { 'manifest.py': manifest({ name, version, extra }) } }));
}

export async function subjectsOf(client: Parameters<typeof needsOf>[0], query = ''): Promise<string[]> {
  return (await needsOf(client, query)).needs.map(({ subject }) => subject).sort();
}

export async function expiringKey({ clock, org }: LosingScene, name = 'ci'): Promise<string> {
  const expires_at = new Date(clock.now() + 5 * day).toISOString();
  return Object((await org.post('/v1/keys', { name, scopes: ['plugins:read'], expires_at })).body).key_id;
}
