// Installed versions of a Go plugin. pointers/rollback-targets.extended.test.ts and the end-to-end tests cover rollback targets.
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
import { type Organization, organization } from '../../support/scenes/organization.ts';

const { fetch } = testApp();

function versions(org: Organization, kind: string, query = '') {
  return org.get(`${org.plugins}/by-name/upper/versions?kind=${kind}${query}`);
}

test.each(['pipeline', 'storage'] as const)(
  'the version list of a %s plugin names its versions by commit',
  async (kind) => {
    const org = await organization({ fetch });
    await goPlugin(org, kind, 'upper');
    const { status, body } = await versions(org, kind);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        name: 'upper',
        active_version: goOrigin.commit,
        serving_version: null,
        results: [
          {
            plugin_id: 'upper_1_0_0',
            version: goOrigin.commit,
            git_ref: goOrigin.ref,
            active: true,
            serves_name: false,
            stage: null,
            ...notWithdrawn,
            created_by: expect.objectContaining({ type: expect.any(String) }),
          },
        ],
        rollback_targets: [],
        pagination: { limit: 100, next_cursor: null },
      },
    });
  },
);

const onePage = z.object({ pagination: z.object({ limit: z.literal(1), next_cursor: z.string() }) });

test('the version list is paged, newest first', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'pipeline', 'upper');
  await olderVersion(org);
  const first = await versions(org, 'pipeline', '&limit=1');
  expect(first.body).toMatchObject({ results: [{ active: true }] });
  const { pagination } = onePage.parse(first.body);
  const second = await versions(org, 'pipeline', `&limit=1&cursor=${pagination.next_cursor}`);
  expect(second.body).toMatchObject({ results: [{ active: false }], pagination: { limit: 1, next_cursor: null } });
});

test('the version list returns 404 for a plugin of another kind', async () => {
  const org = await organization({ fetch });
  await goPlugin(org, 'storage', 'upper');
  expect((await versions(org, 'pipeline')).status).toBe(404);
  expect((await versions(org, 'extractor')).status).toBe(404);
});

/** Adds a version and its executable, installed before the existing version. */
async function olderVersion(org: { id: OrganizationId }): Promise<void> {
  const db = database(env.DB);
  const [version] = await db.select().from(pluginVersions).where(eq(pluginVersions.organizationId, org.id));
  if (!version) throw new Error('no version is installed');
  const id = idSource(() => 1)('version');
  await db.insert(pluginVersions).values({ ...version, id, patch: version.patch + 1 });
}
