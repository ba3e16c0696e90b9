// Publishes a plugin's first version from CI, and has a person approve it, with tokens of a real OpenID Connect provider and no stored
// key.
// @module-tag long
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { folderOf, plugin, slipway } from '../../../cli/slipway.ts';
import { startSlipway, stateFolder } from '../../../e2e/slipway.ts';
import { Browser } from './browser.ts';
import { type Claims, OidcIssuer } from './oidc-issuer.ts';

const subject = 'repo:acme/plugins:ref:refs/heads/main';
const job: Claims = {
  ...{ repository: 'acme/plugins', repository_id: '42', repository_owner_id: '7', event_name: 'push' },
  ...{ ref: 'refs/heads/main', sha: 'a'.repeat(40), workflow_ref: 'acme/plugins/.github/workflows/release.yml@main' },
};
const realtime = (word: string) => ({
  ...plugin,
  'realtime.py': `from shared.plugins.inference.serve import BaseInferenceService


class DemoInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        return {"word": "${word}"}
`,
});

async function scene() {
  const server = await startSlipway(await stateFolder(), { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  const { api_key, namespace_id, url } = await server.ready();
  const client = { id: `slipway:${new URL(url).host}`, redirectUri: 'http://127.0.0.1:9/callback' };
  const api = new SlipwayClient({ baseUrl: url, apiKey: api_key });
  const { organization_id } = await api.get('/v1/keys/self');
  const redirectUri = `${url}/v1/sign-in/callback/${organization_id}`;
  const console = { id: 'console', redirectUri, secret: 'a-secret-of-the-console' };
  const issuer = await OidcIssuer.start([client, console]);
  onTestFinished(() => issuer[Symbol.asyncDispose]());
  const home = mkdtempSync(join(tmpdir(), 'slipway-ci-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const owner = { HOME: home, SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: api_key, SLIPWAY_NAMESPACE: namespace_id };
  const jobEnv = async (claims: Claims = job) => ({
    ...{ HOME: home, SLIPWAY_BASE_URL: url, SLIPWAY_NAMESPACE: namespace_id, SLIPWAY_ORGANIZATION: organization_id },
    SLIPWAY_ID_TOKEN: await issuer.token(client, subject, claims),
  });
  /** Invites a person, who signs in with the provider. */
  const joined = async (name: string) => {
    const email = `${name.toLowerCase()}@example.com`;
    const { issuer_id } = await api.post('/v1/issuers', {
      body: {
        ...{ name: 'example-id', purpose: 'people', url: issuer.url },
        ...{ client_id: console.id, client_secret: console.secret },
      },
    });
    const { url: link } = await api.post('/v1/invitations', { body: { email, role: 'admin' } });
    issuer.account = { subject: name, claims: { email, email_verified: true, name } };
    const browser = new Browser(url);
    await browser.join(issuer_id, link);
    return browser;
  };
  return { api, home, issuer, jobEnv, joined, namespace_id, owner };
}

async function run(args: string[], env: Record<string, string>): Promise<string> {
  const { code, stderr, stdout } = await slipway(args, { env });
  expect([args, code, code === 0 ? '' : stderr]).toEqual([args, 0, '']);
  return stdout;
}

const stagedModel = z.object({
  results: z.tuple([
    z.object({ plugin_id: z.string(), code_hash: z.string(), scan_url: z.string(), diff_url: z.string().nullable() }),
  ]),
});

test('the first version is published by CI without a stored key, approved by a person who signs in, and live', async () => {
  const { api, home, issuer, jobEnv, joined, namespace_id, owner } = await scene();
  await run(['issuers', 'add', 'ci', issuer.url], owner);
  const claim = ['--claim', 'repository=acme/plugins', '--claim', 'ref=refs/heads/main'];
  await run(['trust', 'add', 'demo', '--issuer', 'ci', ...claim, '--stage-only'], owner);
  const plugins = `/v1/namespaces/${namespace_id}/plugins`;
  const called = () => run(['invoke', 'demo', '-d', '{}'], owner);

  const published = await run(['publish', folderOf(realtime('first')), '--json'], await jobEnv());
  expect(JSON.parse(published)).toMatchObject({ stage: 'staged' });
  const trial = await run(['invoke', 'demo@1.0.0', '--staged', '-d', '{}'], await jobEnv());
  expect(JSON.parse(trial)).toEqual({ word: 'first' });
  const ana = await joined('Ana');
  const waiting = await ana.send('GET', '/v1/approvals');
  const publisher = { type: 'ci', id: `ci:ci/${subject}`, name: 'acme/plugins', claims: { sha: 'a'.repeat(40) } };
  expect(waiting).toMatchObject({ results: [{ name: 'demo', published_by: publisher, active_version: null }] });
  const [first] = stagedModel.parse(waiting).results;
  expect(await ana.send('GET', first.scan_url)).toMatchObject({ verdict: 'pass' });
  const approved = await ana.send('POST', `${plugins}/${first.plugin_id}/approve`, { sha256: first.code_hash });
  expect(approved).toMatchObject({ stage: 'approved', approval: { by: { name: 'Ana', via: 'console' } } });
  await expect
    .poll(() => slipway(['invoke', 'demo', '-d', '{}'], { env: owner }))
    .toMatchObject({
      code: 0,
    });
  expect(JSON.parse(await called())).toEqual({ word: 'first' });

  const files = { ...realtime('second'), 'manifest.py': plugin['manifest.py'].replace('1.0.0', '1.1.0') };
  await run(['publish', folderOf(files), '--json'], await jobEnv());
  const [second] = stagedModel.parse(await ana.send('GET', '/v1/approvals')).results;
  expect(await ana.send('GET', second.diff_url ?? '')).toMatchObject({
    v1: '1.0.0',
    v2: '1.1.0',
    summary: { additions: 2 },
  });
  expect(JSON.parse(await called())).toEqual({ word: 'first' });

  expect(readdirSync(home, { recursive: true })).toEqual([]);
  const { results: keys } = await api.get('/v1/keys');
  expect(keys.map(({ name }) => name)).toEqual(['first key']);
});

test('a job of another repository publishes nothing', async () => {
  const { issuer, jobEnv, owner } = await scene();
  await run(['issuers', 'add', 'ci', issuer.url], owner);
  await run(['trust', 'add', 'demo', '--issuer', 'ci', '--claim', 'repository=acme/plugins'], owner);
  const env = await jobEnv({ ...job, repository: 'acme-evil/plugins' });
  const fork = await slipway(['publish', folderOf(plugin)], { env });
  expect([fork.code === 0, fork.stderr]).toEqual([false, expect.stringContaining('`repository`')]);
  expect(JSON.parse(await run(['approvals', '--json'], owner))).toMatchObject({ results: [] });
});
