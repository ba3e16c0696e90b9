// The last steps of `npm run setup`, which use the installation itself: waiting for a response, creating the first organization, and a
// smoke test.
import { setTimeout as delay } from 'node:timers/promises';
import { SlipwayClient } from '../../src/client/client.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { SetupFailure } from './cloudflare.ts';
import { saveSecrets, secretsFile } from './installation.ts';
import type { Step } from './resources.ts';

const retryEveryMs = 5000;
/** Cloudflare issues a new domain's certificate within minutes. */
const answersWithinMs = 15 * 60_000;

/** Waits until the Worker responds. If the Worker isn't ready, reports its response. */
export async function waitForAnswer(url: string, withinMs = answersWithinMs): Promise<void> {
  let said = '';
  for (const until = performance.now() + withinMs; performance.now() < until; await delay(retryEveryMs)) {
    const response = await fetch(`${url}/healthz`).catch((error: Error) => error);
    if (response instanceof Response && response.ok) return;
    said =
      response instanceof Response
        ? `HTTP ${response.status}: ${await response.text()}`
        : String(response.cause ?? response);
  }
  throw new SetupFailure(
    `${url}/healthz does not respond: ${said.slice(0, 300)}. See docs/production.md, then run setup again.`,
  );
}

export function firstOrganization(name: string): Step {
  return {
    name: 'organization',
    async look(setup) {
      const { secrets, url, folder } = setup;
      if (secrets.API_KEY !== undefined) return undefined;
      const make = async () => {
        if (secrets.ADMIN_TOKEN === undefined)
          throw new SetupFailure(
            'Creating the first organization needs the ADMIN_TOKEN. Set SLIPWAY_ADMIN_TOKEN to it, then run setup again.',
          );
        const client = new SlipwayClient({ baseUrl: url, apiKey: secrets.ADMIN_TOKEN });
        secrets.API_KEY = await createKey(client, name).catch((error: Error) => {
          throw new SetupFailure(
            `${url} refuses to create the first organization: ${error.message}. If ADMIN_TOKEN in ${secretsFile} is not the Worker's, correct it. Then run setup again.`,
          );
        });
        await saveSecrets(folder, secrets);
      };
      return { text: `create the organization ${name} and its first key`, make };
    },
  };
}

/** If an earlier run stopped before it saved the key, creates a new key for the organization. */
async function createKey(client: SlipwayClient, name: string): Promise<string> {
  const { results } = await client.get('/v1/admin/organizations', { query: { limit: 100 } });
  const existing = results.find((organization) => organization.name === name);
  if (existing === undefined) return (await client.post('/v1/admin/organizations', { body: { name } })).api_key;
  const path = { organization_id: existing.organization_id };
  const body = { name: 'setup', scopes: [...scopes] };
  return (await client.post('/v1/admin/organizations/{organization_id}/keys', { path, body })).api_key;
}
