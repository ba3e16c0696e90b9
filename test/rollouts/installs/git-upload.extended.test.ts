// Tests the publication of extractors from Git when it is repeated, refused, or interrupted.
// @module-tag git

import { eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { pluginVersions, uploads } from '../../../src/db/schema/registry.ts';
import { sweepUploads } from '../../../src/registry/uploads/upload-sweep.ts';
import { sweepPublished } from '../../../src/rollouts/deploy-published.ts';
import { clientOf } from '../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { waitUntil } from '../../support/waiting.ts';
import { inFolder, scene } from './git-upload-scene.ts';

describe('a repository folder', () => {
  test('a repository folder becomes a version that records its repository, ref, commit and path', async () => {
    const { commit, fromGit, name, org, repository } = await scene();
    const { body, status } = await fromGit({ message: 'first' });
    const slug = `${name}_1_0_0`;
    const git = { repository, ref: 'v1', commit, path: 'plugins/ocr' };
    expect([status, body]).toMatchObject([
      200,
      {
        success: true,
        plugin_id: slug,
        name,
        version: '1.0.0',
        validation_status: 'passed',
        already_published: false,
        deployment: null,
        deployment_error: null,
        ...git,
      },
    ]);
    const { body: read } = await org.get(`${org.plugins}/${slug}`);
    expect(read).toMatchObject({ plugin: { git, message: 'first', source: 'namespace' } });
    const { body: source } = await org.get(`${org.plugins}/${slug}/source`);
    const { files } = z.object({ files: z.array(z.object({ path: z.string() })) }).parse(source);
    expect(files.map(({ path }) => path)).toEqual(['manifest.py', 'pipeline.py', 'realtime.py']);
  });

  test('a repository folder is the same version if only other folders changed', { tags: 'long' }, async () => {
    const { commitAs, fromGit, name } = await scene();
    await fromGit();
    const { commit } = await commitAs('v2', { ...inFolder(name, '1.0.0'), 'README.md': 'changed' });
    const { body } = await fromGit({ ref: 'v2' });
    expect(body).toMatchObject({ plugin_id: `${name}_1_0_0`, commit, already_published: true });
  });

  test('a repository folder becomes one version if it is published twice concurrently', {
    tags: 'long',
  }, async () => {
    const { deps, fromGit, name } = await scene();
    const answers = await Promise.all([fromGit(), fromGit()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await deps.db.select().from(pluginVersions).where(eq(pluginVersions.name, name))).toHaveLength(1);
  });

  test('a repository folder is a conflict if its version is already published with different content', {
    tags: 'long',
  }, async () => {
    const { commitAs, fromGit, name } = await scene();
    await fromGit();
    await commitAs('v2', { ...inFolder(name, '1.0.0'), 'plugins/ocr/more.py': 'x = 1\n' });
    const { body, status } = await fromGit({ ref: 'v2' });
    expect([status, body]).toMatchObject([
      409,
      { error: { message: `Plugin ${name}@1.0.0 already exists in this namespace` } },
    ]);
  });

  test('a repository folder becomes an organization version, which is not deployed', {
    tags: 'long',
  }, async () => {
    const { commit, fromGit, name, org, repository } = await scene();
    const source = { repository, ref: 'v1', path: 'plugins/ocr' };
    const { body } = await org.post('/v1/plugins/from-git', source);
    expect(body).toMatchObject({ plugin_id: `${name}_1_0_0`, namespace_id: null, commit, deployment: null });
    const refused = await org.post('/v1/plugins/from-git', { ...source, deploy: true });
    expect([refused.status, refused.body]).toMatchObject([
      422,
      {
        detail: [{ loc: ['body', 'deploy'] }],
      },
    ]);
    expect((await fromGit()).body).toMatchObject({ namespace_id: org.namespaceId, already_published: false });
  });

  test('a repository folder is the same version if its commit is published again, by branch or hash', async () => {
    const { commit, deps, fromGit, name, org } = await scene();
    await fromGit();
    for (const ref of ['v1', 'main', commit])
      expect((await fromGit({ ref })).body).toMatchObject({
        plugin_id: `${name}_1_0_0`,
        commit,
        already_published: true,
      });
    const versions = await deps.db.select().from(pluginVersions).where(eq(pluginVersions.name, name));
    expect(versions.map(({ source }) => source?.ref)).toEqual(['v1']);
    const types = (await eventsOf(org)).map(({ type }) => type);
    expect(types.filter((type) => type === 'version.published')).toHaveLength(1);
    expect(types.filter((type) => type === 'upload.unchanged')).toHaveLength(3);
  });
});

describe('a source is refused', () => {
  test.each([
    [{ ref: 'v9' }, 'ref-not-found', 'The repository has no tag or branch v9. Push it, or check the version.'],
    [{ path: 'plugins/none' }, 'path-not-found', /^The commit [0-9a-f]{40} has no folder plugins\/none\./],
    [{ path: '../x' }, 'path-not-taken', /^The path must name a folder/],
    [
      { repository: 'https://127.0.0.1/x.git' },
      'repository-not-taken',
      /^The repository URL is not allowed: 127\.0\.0\.1 is not a public host name/,
    ],
  ])('a source is refused with 422 and the reason: %j', async (given, type, message) => {
    const { deps, fromGit, org } = await scene();
    const { body, status } = await fromGit(given);
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect([status, body]).toMatchObject([
      422,
      {
        error: { message: expected, hint: 'Check the URL, the ref and the path, then publish again.' },
        detail: [{ type, msg: expected }],
      },
    ]);
    const [row] = await deps.db.select().from(uploads).where(eq(uploads.organizationId, org.id));
    expect(row).toMatchObject({ status: 'rejected', rejectionReason: 'content' });
  });

  test('a source is refused if its manifest declares no name', { tags: 'long' }, async () => {
    const { fromGit } = await scene({ 'plugins/ocr/manifest.py': 'version = "1.0.0"\n' });
    const { body, status } = await fromGit();
    expect([status, body]).toMatchObject([400, { violations: [{ file: 'manifest.py', rule: 'SLM101' }] }]);
  });

  test('a source is refused if its name is not a valid plugin name', { tags: 'long' }, async () => {
    const { fromGit } = await scene({
      'plugins/ocr/manifest.py': 'feature_extractor_name = "a/b"\nversion = "1.0.0"\n',
    });
    const { body, status } = await fromGit();
    expect([status, body]).toMatchObject([
      400,
      {
        violations: [
          {
            message:
              'manifest.py names the plugin "a/b". A name has 3 to 64 letters, digits or underscores, and starts with a letter.',
          },
        ],
      },
    ]);
  });

  test('a source is refused with the scan findings', async () => {
    const { fromGit } = await scene({ 'plugins/ocr/evil.py': 'import os\nos.system("x")\n' });
    const { body, status } = await fromGit();
    expect([status, body]).toMatchObject([
      400,
      { validation_status: 'failed', error: { type: 'SecurityViolationError' }, violations: [{ file: 'evil.py' }] },
    ]);
  });
});

describe('a worker that dies', () => {
  test('a worker that dies while the source is being fetched leaves an upload that the queue finishes', {
    tags: 'long',
  }, async () => {
    const clock = clockAt(Date.now());
    const { deps, name, org, repository } = await scene({}, { clock });
    const builder = { ...deps.builder, fetchSource: () => Promise.reject(new Error('killed')) };
    const { fetch } = testApp({ clock, builder });
    const dying = clientOf(`Bearer ${org.key}`, fetch);
    const { body } = await dying.post(`${org.plugins}/from-git`, { repository, ref: 'v1', path: 'plugins/ocr' });
    expect(body).toMatchObject({ validation_status: 'pending', plugin_id: null, commit: null });
    clock.advance(60_000);
    await sweepUploads(deps);
    await waitUntil(async () => (await versionsOf(deps, name)).length === 1);
  });

  test('a worker that dies before requesting the deployment leaves a mark for the sweep', {
    tags: 'long',
  }, async () => {
    const clock = clockAt(Date.now());
    const { deps, fromGit, name, org } = await scene({}, { clock });
    await fromGit();
    await deps.db.update(uploads).set({ toDeploy: true }).where(eq(uploads.name, name));
    clock.advance(60_000);
    await sweepPublished(deps);
    await sweepPublished(deps);
    const rows = await deps.db.select().from(deployments).where(eq(deployments.organizationId, org.id));
    expect(rows).toHaveLength(1);
    const [marked] = await deps.db
      .select({ count: sql<number>`count(*)` })
      .from(uploads)
      .where(sql`${uploads.name} = ${name} and ${uploads.toDeploy}`);
    expect(marked).toEqual({ count: 0 });
  });
});

test('a refused deployment is reported together with the published version', async () => {
  const { deps, fromGit, name, org } = await scene();
  const other = plugin({ name: 'first_one', realtime: true });
  await publish(org, other);
  await org.post(`${org.plugins}/first_one_1_0_0/deploy`);
  await deps.db.run(
    sql`insert into quotas (organization_id, resource, max_allowed) values (${org.id}, 'live_deployments', 1)`,
  );
  const { body, status } = await fromGit({ deploy: true });
  expect([status, body]).toMatchObject([
    200,
    { plugin_id: `${name}_1_0_0`, deployment: null, deployment_error: { code: 'quota-exceeded' } },
  ]);
});

function versionsOf(deps: TestApp['deps'], name: string) {
  return deps.db.select().from(pluginVersions).where(eq(pluginVersions.name, name));
}
