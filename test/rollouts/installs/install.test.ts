// Installs, updates, rolls back and removes Go plugins over HTTP, with a real Git repository, scanner and compiler. Takes 5 s: Go compiles.
// @module-tag git
// @module-tag go
import { and, eq, sql } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { livePointers } from '../../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { artifactKey } from '../../../src/instances/builds/builds.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { clientOf } from '../../support/client.ts';
import { type TestApp, testApp } from '../../support/deps.ts';
import { committed, pipelineSource, returning } from '../../support/plugins/go-sources.ts';
import type { Organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { watchedBuilder } from '../../support/workers/watched-builder.ts';
import {
  analyze,
  called,
  first,
  type Installation,
  installation,
  plugins,
  refusal,
  second,
  typesOf,
  versionsOf,
} from './installation.ts';

/** The first build on a machine compiles Go's standard library. */
vi.setConfig({ testTimeout: 900_000 });

/** Returns a client of the same organization whose requests go to an app with another builder. */
function withBuilder(org: Organization, builder: TestApp['deps']['builder']): Organization {
  return { ...org, ...clientOf(`Bearer ${org.key}`, testApp({ builder }).fetch) };
}

/** Returns the commits of the live versions. */
async function liveCommits(i: Installation): Promise<unknown[]> {
  const live = sql`exists (select 1 from ${livePointers} where ${livePointers.subjectId} = ${pluginVersions.id} and ${livePointers.targetId} is not null)`;
  const versions = await i.deps.db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.name, i.name), live));
  return versions.map(({ source }) => source?.commit);
}

async function keysIn({ deps }: TestApp, prefix: string): Promise<string[]> {
  return (await deps.blobs.list({ prefix })).objects.map(({ key }) => key).sort();
}

describe('an install', () => {
  test('an install fetches, scans, builds and starts the plugin, and stores the source and the executable before the version', async () => {
    const i = await installation(first);
    const answer = await i.install();
    expect([answer.status, answer.headers.get('location'), answer.body]).toEqual([
      201,
      `${plugins}/${i.name}`,
      expect.objectContaining({
        name: i.name,
        version: 'v1',
        git_commit_hash: i.commit,
        status: 'active',
        loaded: true,
      }),
    ]);
    expect(await called(i.org, i.name)).toBe('first');
    const [version, ...others] = await versionsOf(i);
    expect([others, version?.built?.artifact.sha256]).toEqual([[], Object(answer.body).sha256]);
    expect(await i.deps.blobs.head(archiveKey(version?.sha256 ?? ''))).not.toBeNull();
    expect(await i.deps.blobs.head(artifactKey(version?.built?.artifact.sha256 ?? ''))).not.toBeNull();
    expect(await typesOf(i.org)).toEqual([
      'upload.created',
      'upload.confirming',
      'upload.fetched',
      'upload.scanned',
      'upload.built',
      'version.published',
      'plugin.active_version_changed',
    ]);
  });

  test('an install that the scan rejects stores, builds and runs nothing', async () => {
    const { builder, called: requests } = watchedBuilder(testApp().deps.builder);
    const forbidden = pipelineSource({
      imports: ['os/exec'],
      body: `_ = exec.Command("id").Run()\n\t${returning('it ran')}`,
    });
    const i = await installation(forbidden, { builder });
    const before = [await keysIn(i, 'archives/'), await keysIn(i, 'artifacts/')];
    const answer = await i.install();
    const { violations } = Object(answer.body).error.details;
    expect([answer.status, refusal(answer)[1]]).toEqual([422, 'policy-rejected']);
    expect(violations).toEqual([expect.objectContaining({ file: 'plugin.go', line: 5, severity: 'error' })]);
    expect(requests).toEqual(['capabilities', 'fetchSource']);
    expect([await keysIn(i, 'archives/'), await keysIn(i, 'artifacts/'), await versionsOf(i)]).toEqual([...before, []]);
    expect((await i.org.get(`${plugins}/${i.name}`)).status).toBe(404);
    expect(await typesOf(i.org)).toEqual([
      'upload.created',
      'upload.confirming',
      'upload.fetched',
      'upload.rejected',
      'upload.expired',
    ]);
  });
});

describe('an update', () => {
  test('an update becomes live when it is ready, and a rollback starts the stored executable without Git or a compiler', async () => {
    const i = await installation(first, { builder: watchedBuilder(testApp().deps.builder, { analyze }).builder });
    const { commit } = await committed(i.name, 'v2', second);
    await i.install();
    const updated = await i.org.put(`${plugins}/${i.name}`, { version: 'v2' });
    expect([updated.status, Object(updated.body).git_commit_hash]).toEqual([200, commit]);
    expect(await called(i.org, i.name)).toBe('second');
    await waitFor(async () => expect(await liveCommits(i)).toEqual([commit]));

    const { builder, called: requests } = watchedBuilder(i.deps.builder);
    const org = withBuilder(i.org, builder);
    const rollBack = (version?: string) =>
      org.post(`${org.plugins}/by-name/${i.name}/rollback`, { kind: 'pipeline', version });
    expect(await rollBack()).toMatchObject({ status: 200, body: { version: i.commit, previous_version: commit } });
    await waitFor(async () => expect(await called(org, i.name)).toBe('first'));
    expect(await rollBack('v2')).toMatchObject({ status: 200, body: { version: commit } });
    await waitFor(async () => expect(await called(org, i.name)).toBe('second'));
    await waitFor(async () => expect(await liveCommits(i)).toEqual([commit]));
    expect(requests.filter((method) => method === 'fetchSource' || method === 'build')).toEqual([]);
  });
});
