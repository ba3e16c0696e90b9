// Tests over HTTP which of an organization's versions are affected by which advisories, where they are live, and who sees that.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { affect, know } from '../../support/scenes/advisories.ts';
import {
  clientWithKey,
  namespaceIn,
  type Organization,
  organization,
  pluginsOf,
} from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const page = z.object({
  results: z.array(
    z.looseObject({
      advisory: z.object({ advisory_id: z.string() }).optional(),
      plugin_id: z.string(),
      live: z.array(z.looseObject({ namespace_name: z.string() })),
    }),
  ),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

/** Returns the page as `ADVISORY PLUGIN_ID PLACES`. */
function shown(body: unknown): string[] {
  return page
    .parse(body)
    .results.map(({ advisory, live, plugin_id }) =>
      [advisory?.advisory_id ?? '', plugin_id, ...live.map(({ namespace_name }) => namespace_name)].join(' ').trim(),
    );
}

async function deployed(org: Organization, id: string, plugins = org.plugins): Promise<void> {
  const { status } = await org.post(`${plugins}/${id}/deploy`, { deployment_type: 'batch_only' });
  expect(status).toBe(200);
}

async function withVersions(...versions: string[]): Promise<Organization> {
  const { fetch } = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch });
  for (const version of versions) await publish(org, plugin({ version }));
  return org;
}

describe('the list of affected versions', () => {
  let org: Organization;
  beforeAll(async () => {
    for (const known of [
      { id: 'GHSA-low', severity: 'low' as const },
      { id: 'GHSA-high', severity: 'high' as const, aliases: ['CVE-2026-1'] },
      { id: 'GHSA-none', severity: null },
      { id: 'GHSA-gone', severity: 'critical' as const, withdrawn: true },
    ])
      await know(known);
    org = await withVersions('1.0.0', '1.1.0', '1.2.0');
    await publish(org, plugin({ name: 'other' }));
    await affect(org, 'hello_ext@1.0.0', ['GHSA-low', 'GHSA-high', 'GHSA-gone']);
    await affect(org, 'hello_ext@1.1.0', ['GHSA-none', 'GHSA-low']);
    await affect(org, 'hello_ext@1.2.0', ['GHSA-none']);
    await affect(org, 'other@1.0.0', ['GHSA-high'], { package: { ecosystem: 'PyPI', name: 'idna', version: '3.6' } });
    await deployed(org, 'hello_ext_1_0_0');
    await org.send('DELETE', `${org.plugins}/hello_ext_1_2_0`);
  });

  const all = [
    'GHSA-high hello_ext_1_0_0 default',
    'GHSA-low hello_ext_1_0_0 default',
    'GHSA-none hello_ext_1_1_0',
    'GHSA-high other_1_0_0',
    'GHSA-low hello_ext_1_1_0',
  ];

  test('live versions come first, then the most severe; withdrawn advisories and deleted versions are left out', async () => {
    expect(shown((await org.get('/v1/advisories')).body)).toEqual(all);
  });

  test('a row says what is affected, where it is live, and what fixes it', async () => {
    const { body } = await org.get('/v1/advisories?limit=1');
    expect(Object(body).results).toEqual([
      {
        advisory: {
          advisory_id: 'GHSA-high',
          aliases: ['CVE-2026-1'],
          summary: 'About GHSA-high',
          severity: 'high',
        },
        plugin: { name: 'hello_ext', kind: 'extractor' },
        plugin_id: 'hello_ext_1_0_0',
        namespace_id: org.namespaceId,
        version: '1.0.0',
        package: { ecosystem: 'PyPI', name: 'requests', version: '2.31.0', purl: 'pkg:pypi/requests@2.31.0' },
        fixed_in: '2.32.4',
        reach: 'unknown',
        verdict: 'affected',
        live: [
          {
            namespace_id: org.namespaceId,
            namespace_name: 'default',
            deployment_id: expect.stringMatching(/^dep_/),
          },
        ],
      },
    ]);
  });

  test.each([
    ['live=true', all.slice(0, 2)],
    ['severity=high', [all[0], all[2], all[3]]],
    ['plugin=other', [all[3]]],
    ['package=idna', [all[3]]],
    ['advisory=CVE-2026-1', [all[0], all[3]]],
    ['advisory=GHSA-low&live=true', [all[1]]],
    ['advisory=GHSA-gone', []],
  ])('the list with %s has only what matches', async (query, expected) => {
    expect(shown((await org.get(`/v1/advisories?${query}`)).body)).toEqual(expected);
  });

  test.each([1, 2, 3, 4, 5])('pages of %s rows continue to the end without a gap', async (limit) => {
    const rows: string[] = [];
    for (let query = `limit=${limit}`; query !== ''; ) {
      const { body } = await org.get(`/v1/advisories?${query}`);
      rows.push(...shown(body));
      const { next_cursor: next } = page.parse(body).pagination;
      query = next === null ? '' : `limit=${limit}&cursor=${next}`;
    }
    expect(rows).toEqual(all);
  });

  test.each(['severity=severe', 'cursor=WzFd', 'live=yes'])('the list refuses %s', async (query) => {
    expect((await org.get(`/v1/advisories?${query}`)).status).toBe(422);
  });

  test('one advisory is shown with the versions that it affects', async () => {
    const { body } = await org.get('/v1/advisories/GHSA-high');
    expect(body).toMatchObject({
      advisory_id: 'GHSA-high',
      aliases: ['CVE-2026-1'],
      severity: 'high',
      published_at: '2026-01-02T00:00:00.000Z',
      modified_at: '2026-01-03T00:00:00.000Z',
    });
    expect(shown(body)).toEqual(['hello_ext_1_0_0 default', 'other_1_0_0']);
    const first = page.parse((await org.get('/v1/advisories/GHSA-high?limit=1')).body);
    const next = await org.get(`/v1/advisories/GHSA-high?limit=1&cursor=${first.pagination.next_cursor}`);
    expect(shown(next.body)).toEqual(['other_1_0_0']);
  });

  test.each(['GHSA-gone', 'GHSA-unknown'])('the advisory %s is not found', async (id) => {
    expect((await org.get(`/v1/advisories/${id}`)).status).toBe(404);
  });

  test('a version shows the number of its advisories by severity', async () => {
    const counts = async (id: string) => Object((await org.get(`${org.plugins}/${id}`)).body).plugin.advisories;
    expect(await counts('hello_ext_1_0_0')).toEqual({ critical: 0, high: 1, medium: 0, low: 1, unknown: 0 });
    expect(await counts('hello_ext_1_1_0')).toEqual({ critical: 0, high: 0, medium: 0, low: 1, unknown: 1 });
  });

  test("another organization sees none of an organization's affected versions", async () => {
    const other = await organization();
    expect(shown((await other.get('/v1/advisories')).body)).toEqual([]);
    expect(shown((await other.get('/v1/advisories/GHSA-high')).body)).toEqual([]);
  });

  test('the list needs the scope plugins:read', async () => {
    const client = await clientWithKey(org, { scopes: ['audit:read'] });
    expect((await client.get('/v1/advisories')).status).toBe(403);
    expect((await client.get('/v1/advisories/GHSA-high')).status).toBe(403);
  });
});

test('an enabled version is live in each namespace, and a bound key sees only its own', async () => {
  await know({ id: 'GHSA-shared' });
  const org = await withVersions('1.0.0');
  const [first, second] = [await namespaceIn(org, 'first'), await namespaceIn(org, 'second')];
  const shared = { ...org, plugins: '/v1/plugins' };
  await publish(shared, plugin({ name: 'shared' }));
  for (const namespace of [first, second]) {
    await org.post(`${pluginsOf(namespace)}/org/shared_1_0_0/enable`, { deploy: false });
    await deployed(org, 'shared_1_0_0', pluginsOf(namespace));
  }
  await affect(org, 'shared@1.0.0', ['GHSA-shared']);
  await affect(org, 'hello_ext@1.0.0', ['GHSA-shared']);
  const list = async (namespaceIds: (typeof first)[]) => {
    const client = await clientWithKey(org, { namespaceIds });
    return shown((await client.get('/v1/advisories')).body);
  };
  expect(shown((await org.get('/v1/advisories')).body)).toEqual([
    'GHSA-shared shared_1_0_0 first second',
    'GHSA-shared hello_ext_1_0_0',
  ]);
  expect(await list([second])).toEqual(['GHSA-shared shared_1_0_0 second']);
  expect(await list([org.namespaceId])).toEqual(['GHSA-shared hello_ext_1_0_0']);
});
