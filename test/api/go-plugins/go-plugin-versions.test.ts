// Installed versions of a Go plugin. pointers/rollback-targets.test.ts and the end-to-end tests cover rollback targets.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { idSource, type OrganizationId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { testApp } from '../../support/deps.ts';
import { goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { notWithdrawn } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const { fetch } = testApp();

test.each([
  ['pipeline', '/api/plugins'],
  ['storage', '/api/storage-plugins'],
] as const)('the version list of a %s plugin contains its versions', async (kind, path) => {
  const org = await organization({ fetch });
  await goPlugin(org, kind, 'upper');
  const { status, body } = await org.get(`${path}/upper/versions`);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      name: 'upper',
      results: [
        {
          git_ref: goOrigin.ref,
          git_commit_hash: goOrigin.commit,
          active: true,
          serves_name: false,
          stage: null,
          ...notWithdrawn,
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          placement: 'container',
          placement_reason: null,
          wasm_sha256: null,
          installed_at: expect.any(String),
          installed_by: expect.objectContaining({ type: expect.any(String) }),
        },
      ],
      rollback_targets: [],
      pagination: { limit: 100, next_cursor: null },
    },
  });
});

const onePage = z.object({ pagination: z.object({ limit: z.literal(1), next_cursor: z.string() }) });

test('the version list is paged, newest first', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'pipeline', 'upper');
  await olderVersion(org);
  const first = await org.get('/api/plugins/upper/versions?limit=1');
  expect(first.body).toMatchObject({ results: [{ active: true }] });
  const { pagination } = onePage.parse(first.body);
  const second = await org.get(`/api/plugins/upper/versions?limit=1&cursor=${pagination.next_cursor}`);
  expect(second.body).toMatchObject({ results: [{ active: false }], pagination: { limit: 1, next_cursor: null } });
});

test('the version list returns 404 for an unknown name and for a plugin of the other kind', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'storage', 'upper');
  expect((await org.get('/api/plugins/upper/versions')).status).toBe(404);
  expect((await org.get('/api/storage-plugins/lower/versions')).status).toBe(404);
});

/** Adds a version and its executable, installed before the existing version. */
async function olderVersion(org: { id: OrganizationId }): Promise<void> {
  const db = database(env.DB);
  const [version] = await db.select().from(pluginVersions).where(eq(pluginVersions.organizationId, org.id));
  if (!version) throw new Error('no version is installed');
  const id = idSource(() => 1)('version');
  await db.insert(pluginVersions).values({ ...version, id, patch: version.patch + 1 });
}
