// Tests each of the kernel's kinds of needs over HTTP: it appears with its cause, says where and how to do it, and ends when that is done.
import { expect, test } from 'vitest';
import { builders } from '../../src/db/schema/builders.ts';
import { clientOf } from '../support/client.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { affect, know } from '../support/scenes/advisories.ts';
import { needActions } from '../support/scenes/need-actions.ts';
import { checkNeed, type NeedCase, needsOf, needsScene } from '../support/scenes/needs.ts';
import { adminAuthorization } from '../support/scenes/organization.ts';
import { storeSecret } from '../support/scenes/secrets.ts';
import { digestOf } from '../support/scenes/staged.ts';
import { asking, deploy, exhaust, unstartable } from './need-deployments.ts';

const day = 86_400_000;

let advisories = 0;

let digest = '';

let keyId = '';

const cases: Record<string, NeedCase> = {
  'a live version with a critical advisory': {
    kind: 'advisory',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 is live and has the advisory GHSA-need-\d of critical or unknown severity$/,
    action: needActions.advisory,
    make: async ({ org }) => {
      await publish(org, plugin());
      await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`, { deployment_type: 'batch_only' });
      const id = `GHSA-need-${advisories++}`;
      await know({ id, severity: 'critical' });
      await affect(org, 'hello_ext@1.0.0', [id]);
    },
    resolve: ({ org }) => org.post(`${org.plugins}/by-name/hello_ext/undeploy`, { keep: 0 }),
  },
  'a failed deployment': {
    kind: 'failed-deployment',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 failed to deploy: .*no model here/,
    action: needActions['failed-deployment'],
    make: async (s) => exhaust(s, await deploy(s, '1.0.0', { 'realtime.py': unstartable })),
    resolve: (s) => deploy(s, '1.0.1'),
  },
  'a version that the operator has quarantined': {
    kind: 'quarantined',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 is quarantined by the operator: It is malicious$/,
    action: needActions.quarantined,
    make: async ({ app, org }) => {
      await publish(org, plugin({ files: { 'note.txt': crypto.randomUUID() } }));
      digest = await digestOf(org);
      const why = { reason: 'It is malicious', objection: 'Write to security@example.com.' };
      await clientOf(adminAuthorization, app.fetch).put(`/v1/admin/quarantines/${digest}`, why);
    },
    resolve: ({ app }) => clientOf(adminAuthorization, app.fetch).del(`/v1/admin/quarantines/${digest}`),
  },
  'a secret and a grant that an accepted version lacks': {
    kind: 'missing',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 lacks a grant of secret API_KEY, and a value of the secret API_KEY$/,
    action: needActions['missing grant'],
    make: ({ org }) => publish(org, plugin({ files: asking })),
    resolve: async ({ org }) => {
      const { give } = await import('../support/scenes/granted.ts');
      await give(org, { plugin: 'hello_ext', permissions: { secrets: ['API_KEY'] } });
      expect((await needsOf(org)).needs).toMatchObject([
        { kind: 'missing', action: { command: `slipway secrets set API_KEY --namespace ${org.namespaceId}` } },
      ]);
      await storeSecret({ namespaceId: org.namespaceId, name: 'API_KEY', value: 'x' });
    },
  },
  'a spent budget': {
    kind: 'budget',
    severity: 'bad',
    title: /^\d+% of the organization's monthly budget of stored bytes is spent, so more is refused$/,
    action: needActions.budget,
    make: async ({ org }) => {
      await publish(org, plugin());
      await org.put('/v1/budget', { stored_bytes: 1, on_exceeded: 'refuse' });
    },
    resolve: ({ org }) => org.put('/v1/budget', { stored_bytes: 1_000_000 }),
  },
  'a key that expires soon': {
    kind: 'key',
    severity: 'warn',
    title: /^The API key ci expires on \d{4}-\d\d-\d\d$/,
    action: needActions.key,
    make: async ({ clock, org }) => {
      const expires_at = new Date(clock.now() + 5 * day).toISOString();
      keyId = Object((await org.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], expires_at })).body).key_id;
    },
    resolve: ({ org }) => org.del(`/v1/keys/${keyId}`),
  },
  'a builder that does not answer': {
    kind: 'builder',
    severity: 'bad',
    title: /^Builder 1 does not answer$/,
    action: needActions.builder,
    replacements: { builderUrls: ['http://east.internal:8080'] },
    make: async ({ clock, deps }) => {
      const row = {
        name: 'east.internal:8080',
        url: 'http://east.internal:8080',
        source: 'settings',
        addedAt: 1,
      } as const;
      await deps.directory.insert(builders).values({ ...row, silentSince: clock.now() - 3_600_000 });
    },
    resolve: ({ deps }) => deps.directory.delete(builders),
  },
};

test.each(Object.entries(cases))('%s needs attention until it is dealt with', (_, one) => checkNeed(one));

test('a key that has expired is a need only if it was used', async () => {
  const s = await needsScene();
  for (const name of ['used', 'unused']) {
    const expires_at = new Date(s.clock.now() + day).toISOString();
    const { body } = await s.org.post('/v1/keys', { name, scopes: ['plugins:read'], expires_at });
    const request = new Request('http://slipway.test/v1/quotas', {
      headers: { authorization: `Bearer ${Object(body).api_key}` },
    });
    if (name === 'used') await s.org.fetch(request);
  }
  await s.app.settled();
  s.clock.advance(2 * day);
  expect((await needsOf(s.org)).needs.map(({ title }) => title)).toEqual([
    expect.stringMatching(/^The API key used expired on/),
  ]);
});
