// The installed versions of a Go plugin. What a rollback can go to is tested in deploy/rollback-targets.test.ts, and end to end.
import { expect, test } from 'vitest';
import { testApp } from '../support/deps.ts';
import { goOrigin, goPlugin } from '../support/go-plugins.ts';
import { organization } from '../support/organization.ts';

const { fetch } = testApp();

test.each([
  ['pipeline', '/api/plugins'],
  ['storage', '/api/storage-plugins'],
] as const)('lists the versions of a %s plugin', async (kind, path) => {
  const org = await organization({ fetch });
  await goPlugin(org, kind, 'upper');
  const { status, body } = await org.get(`${path}/upper/versions`);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      name: 'upper',
      versions: [
        {
          git_ref: goOrigin.ref,
          git_commit_hash: goOrigin.commit,
          active: true,
          serves_name: false,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          installed_at: expect.any(String),
          installed_by: expect.objectContaining({ type: expect.any(String) }),
        },
      ],
      rollback_targets: [],
    },
  });
});

test('finds neither an unknown name nor a plugin of the other kind', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'storage', 'upper');
  expect((await org.get('/api/plugins/upper/versions')).status).toBe(404);
  expect((await org.get('/api/storage-plugins/lower/versions')).status).toBe(404);
});
