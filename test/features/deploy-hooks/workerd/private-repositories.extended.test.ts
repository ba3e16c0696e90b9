// Tests pushes from every provider to private repositories, which are fetched with the credential of the hook's organization.
// @module-tag git
// @module-tag long
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { protect } from '../../../support/plugins/go-sources.ts';
import { deployHook, pushOf, sendTo } from '../scenes/deploy-hooks.ts';
import { pushScene, serving } from '../scenes/push-scene.ts';

const source = new URL(env.REPOSITORIES_URL).host;
const token = 'glpat-77b0c1de';

test.each(['github', 'gitlab', 'gitea', 'generic'] as const)(
  "a hook for %s fetches a private repository with its organization's credential",
  async (provider) => {
    const all = await pushScene();
    await all.org.post('/v1/sources', { source, token });
    await protect(all.name, [token]);
    await all.tag('v1.1.0', '1.1.0');
    const target = { kind: 'extractor', plugin: all.name, namespace_id: all.org.namespaceId, provider };
    const hook = await deployHook(all.org, {
      ...target,
      repository: all.repository,
      path: 'plugins/ocr',
      tags: ['v*'],
    });
    const body = pushOf(provider, all.repository, 'refs/tags/v1.1.0');
    expect((await sendTo(all.org, hook, { body })).status).toBe(202);
    await all.drain();
    expect(await serving(all)).toBe('1.1.0');
  },
);

test('a push to a private repository is published and deployed with the credential, which a hook test also uses', async () => {
  const all = await pushScene();
  await all.org.post('/v1/sources', { source: `${source}/${all.name}`, token });
  await protect(all.name, [token]);
  await all.tag('v1.1.0', '1.1.0');
  const trial = await all.org.post(`/v1/deploy-hooks/${all.hook.id}/test`, { ref: 'v1.1.0' });
  expect([trial.status, trial.body]).toMatchObject([200, { ref: 'v1.1.0', selected: true }]);
  await all.push('refs/tags/v1.1.0');
  await all.drain();
  expect(await all.rows()).toMatchObject([{ status: 'live' }]);
  expect(await serving(all)).toBe('1.1.0');
});

test('a push to a private repository fails immediately with the reason if the credential has been removed', {
  tags: 'long',
}, async () => {
  const all = await pushScene();
  await protect(all.name, [token]);
  await all.tag('v1.1.0', '1.1.0');
  await all.push('refs/tags/v1.1.0');
  await all.drain();
  expect(await all.rows()).toMatchObject([{ status: 'failed', reason: 'credential-missing' }]);
});
