// Calls that choose a version.
import type { Client, Sent } from '../../support/client.ts';
import type { Organization } from '../../support/scenes/organization.ts';

export async function call(client: Client, path: string, headers: Record<string, string> = {}, sent: Sent = {}) {
  const answer = await client.send('POST', path, { body: { inputs: {} }, ...sent, headers });
  return { ...answer, version: answer.headers.get('slipway-version') };
}

export const byName = ({ org }: { org: Organization }) => `${org.plugins}/by-name/hello_ext/realtime`;
