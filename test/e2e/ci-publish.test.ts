// Publishes the first version of a plugin from CI, with a token of a real OpenID Connect provider and no stored key.
// @module-tag long
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { folderOf, plugin, slipway } from '../cli/slipway.ts';
import { type Claims, OidcIssuer } from '../oidc-issuer.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const subject = 'repo:acme/plugins:ref:refs/heads/main';
const job: Claims = {
  ...{ repository: 'acme/plugins', repository_id: '42', repository_owner_id: '7', event_name: 'push' },
  ...{ ref: 'refs/heads/main', sha: 'a'.repeat(40), workflow_ref: 'acme/plugins/.github/workflows/release.yml@main' },
};

async function scene() {
  const server = await startSlipway(await stateFolder(), { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const { api_key, namespace_id, url } = await server.ready();
  const client = { id: `slipway:${new URL(url).host}`, redirectUri: 'http://127.0.0.1:9/callback' };
  const issuer = await OidcIssuer.start([client]);
  onTestFinished(() => issuer[Symbol.asyncDispose]());
  const home = mkdtempSync(join(tmpdir(), 'slipway-ci-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const owner = { HOME: home, SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: api_key, SLIPWAY_NAMESPACE: namespace_id };
  const api = new SlipwayClient({ baseUrl: url, apiKey: api_key });
  const { organization_id } = await api.get('/v1/keys/self');
  const jobEnv = async (claims: Claims = job) => ({
    ...{ HOME: home, SLIPWAY_BASE_URL: url, SLIPWAY_NAMESPACE: namespace_id, SLIPWAY_ORGANIZATION: organization_id },
    SLIPWAY_ID_TOKEN: await issuer.token(client, subject, claims),
  });
  return { api, issuer, jobEnv, owner };
}

test('the first version is published by CI without a stored key, and waits for approval', async () => {
  const { api, issuer, jobEnv, owner } = await scene();
  const run = async (args: string[], env: Record<string, string>) => {
    const { code, stderr, stdout } = await slipway(args, { env });
    expect([args, code, code === 0 ? '' : stderr]).toEqual([args, 0, '']);
    return stdout;
  };
  await run(['issuers', 'add', 'ci', issuer.url], owner);
  const claim = ['--claim', 'repository=acme/plugins', '--claim', 'ref=refs/heads/main'];
  await run(['trust', 'add', 'demo', '--issuer', 'ci', ...claim, '--stage-only'], owner);

  const folder = folderOf(plugin);
  const published = await run(['publish', folder, '--json'], await jobEnv());
  expect(JSON.parse(published)).toMatchObject({ stage: 'staged' });
  const { results } = await api.get('/v1/approvals');
  const publisher = { type: 'ci', id: `ci:ci/${subject}`, name: 'acme/plugins', claims: { sha: 'a'.repeat(40) } };
  expect(results).toMatchObject([{ name: 'demo', published_by: publisher }]);

  const fork = await slipway(['publish', folder], { env: await jobEnv({ ...job, repository: 'acme-evil/plugins' }) });
  expect([fork.code === 0, fork.stderr]).toEqual([false, expect.stringContaining('`repository`')]);
});
