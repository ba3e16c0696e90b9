// Publishes and installs plugins from a Git server that needs credentials, with the real builder: which credentials work, the failure
// messages, and what another organization gets.
// @module-tag git
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import { jsonLog } from '../../../../src/core/log.ts';
import type { Deps } from '../../../../src/deps.ts';
import { rescan } from '../../../../src/scan-host/rescan.ts';
import type { Answer } from '../../../support/client.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { type TestApp, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { committed, freshGoName, protect } from '../../../support/plugins/go-sources.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitUntil } from '../../../support/waiting.ts';

const host = new URL(env.REPOSITORIES_URL).host;
const token = 'glpat-3d90c7aa';
const another = 'glpat-6611f00d';

interface Scene extends TestApp {
  org: Organization;
  name: string;
  repository: string;
  commit: string;
  lines: string[];
  fromGit(by?: Organization, more?: object): Promise<Answer>;
  /** Commits the version and tags it. */
  next(tag: string, version: string): Promise<unknown>;
}

/** Creates a private repository with a plugin, which the tokens can read, and an organization without a credential. */
async function scene(tokens = [token], replacements: Partial<Deps> = {}): Promise<Scene> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = jsonLog({ info: write, warn: write, error: write });
  const app = testApp({ allowLoopback: true, log, ...replacements });
  const org = await organization({ fetch: app.fetch });
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  const next = (tag: string, version: string) => {
    const files = Object.entries(plugin({ name, version, realtime: true }).files);
    return committed(name, tag, Object.fromEntries(files.map(([path, text]) => [path, String(text)])));
  };
  const made = await next('v1', '1.0.0');
  await protect(name, tokens);
  const fromGit = (by = org, more: object = {}) =>
    by.post(`${by.plugins}/from-git`, { repository: made.repository, ref: 'v1', ...more });
  return { ...app, ...made, org, name, lines, fromGit, next };
}

const requested = z.union([
  z.object({ deployment_id: idSchema('deployment') }),
  z
    .object({ deployment: z.object({ deployment_id: idSchema('deployment') }) })
    .transform(({ deployment }) => deployment),
]);

/** Waits until the requested deployment is live. */
async function live(org: Organization, answer: Answer): Promise<void> {
  const { deployment_id: id } = requested.parse(answer.body);
  await waitUntil(async () => {
    const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${id}`);
    const { status } = z.object({ status: z.string() }).parse(body);
    expect(status).not.toBe('failed');
    return status === 'promoted' ? true : undefined;
  });
}

const typeOf = ({ status, body }: Answer) => [status, JSON.parse(JSON.stringify(body)).detail?.[0]?.type];

test('a private repository is published with the credential, which is stored nowhere afterwards', async () => {
  const { commit, fromGit, lines, name, org } = await scene();
  expect(typeOf(await fromGit())).toEqual([422, 'credential-missing']);
  const added = await org.post('/v1/sources', { source: `${host}/${name}`, token });
  const published = await fromGit();
  expect([published.status, published.body]).toMatchObject([200, { plugin_id: `${name}_1_0_0`, commit }]);
  const listed = await org.get('/v1/sources');
  expect(listed.body).toMatchObject({ results: [{ last_used_at: expect.any(String) }] });
  const version = await org.get(`${org.plugins}/${name}_1_0_0`);
  const everything = [added, published, listed, version].map(({ text }) => text).concat(lines);
  const stored = await everythingStored();
  const found = [...everything, stored, JSON.stringify(await eventsOf(org))].filter((text) =>
    [token, btoa(`x-access-token:${token}`), encodeURIComponent(token)].some((form) => text.includes(form)),
  );
  expect([lines.length > 0, stored.includes('source_credentials') || stored.includes('src_')]).toEqual([true, true]);
  expect(found).toEqual([]);
});

describe('two organizations and one repository', () => {
  test('an organization without a credential gets nothing that another organization published from the same commit', async () => {
    const { commit, fromGit, name, org } = await scene();
    const other = await organization({ fetch: org.fetch });
    await org.post('/v1/sources', { source: host, token });
    const id = `${name}_1_0_0`;
    expect((await fromGit()).status).toBe(200);
    for (const ref of ['v1', 'main', commit])
      expect(typeOf(await fromGit(other, { ref }))).toEqual([422, 'credential-missing']);
    const paths = ['', '/source', '/download', '/scan', '/status', '/environment'].map((path) => `/${id}${path}`);
    for (const path of [...paths, `/by-name/${name}/diff?v1=1.0.0&v2=1.0.0`, `/by-name/${name}/versions`]) {
      expect((await other.get(`${other.plugins}${path}`)).status, path).toBe(404);
      expect((await other.get(`${org.plugins}${path}`)).status, path).toBe(404);
    }
    expect((await other.get('/v1/sources')).body).toMatchObject({ results: [] });
    expect((await other.get(other.plugins)).text).not.toContain(name);
    expect(JSON.stringify(await eventsOf(other))).not.toMatch(new RegExp(`${commit}|version\\.published`));
  });

  test('each organization sends its own token, whatever another organization added for the host', async () => {
    const { fromGit, name, org } = await scene([another]);
    const other = await organization({ fetch: org.fetch });
    await org.post('/v1/sources', { source: `${host}/${name}`, token });
    await other.post('/v1/sources', { source: host, token: another });
    expect(typeOf(await fromGit())).toEqual([422, 'credential-refused']);
    expect((await fromGit(other)).status).toBe(200);
  });
});

test.each([
  ['refuses it', {}, 'credential-refused', 'refuses the credential for'],
  [
    'refuses it after its end',
    { expires_at: '2026-01-02T03:04:05Z' },
    'credential-expired',
    'expired at 2026-01-02T03:04:05.000Z',
  ],
])(
  'a publication whose server %s fails with the reason and the command that fixes it',
  { tags: 'long' },
  async (_, fields, type, part) => {
    const { fromGit, name, org } = await scene([another]);
    await org.post('/v1/sources', { source: `${host}/${name}`, token, ...fields });
    const answer = await fromGit();
    expect([answer.status, answer.body]).toMatchObject([
      422,
      {
        error: {
          message: expect.stringMatching(new RegExp(`${part}.*\`slipway sources rotate ${host}/${name}\``, 's')),
          hint: 'Add or replace the credential as the message says, then publish again.',
        },
        detail: [{ type }],
      },
    ]);
    expect(answer.text).not.toContain(token);
  },
);

describe('a changing credential', { tags: 'long' }, () => {
  test('a fetch in progress finishes with the original token, and the next fetch sends the new one', async () => {
    const { fetchSource } = testApp().deps.builder;
    const sent: (string | undefined)[] = [];
    let during = async () => {};
    const builder = {
      ...testApp().deps.builder,
      fetchSource: async (request: Parameters<typeof fetchSource>[0]) => {
        const { credential } = request;
        sent.push(credential && 'token' in credential ? credential.token : undefined);
        await during();
        return fetchSource(request);
      },
    };
    const { fromGit, org } = await scene([token, another], { builder });
    await org.post('/v1/sources', { source: host, token });
    during = async () => {
      during = async () => {};
      expect((await org.put('/v1/sources', { source: host, token: another })).status).toBe(200);
    };
    expect((await fromGit()).status).toBe(200);
    expect((await fromGit()).status).toBe(200);
    during = async () => {
      during = async () => {};
      expect((await org.del(`/v1/sources?source=${host}`)).status).toBe(200);
    };
    expect((await fromGit()).status).toBe(200);
    expect(typeOf(await fromGit())).toEqual([422, 'credential-missing']);
    expect(sent).toEqual([token, another, another, undefined]);
  });

  test('a plugin whose source can no longer be fetched can be called, redeployed, rolled back to and rescanned', {
    tags: 'long',
  }, async () => {
    const { deps, fromGit, name, org, next } = await scene();
    await org.post('/v1/sources', { source: host, token });
    await live(org, await fromGit(org, { deploy: true }));
    await next('v2', '1.1.0');
    await live(org, await fromGit(org, { ref: 'v2', deploy: true }));
    await protect(name, []);
    await org.del(`/v1/sources?source=${host}`);
    expect(typeOf(await fromGit())).toEqual([422, 'credential-missing']);
    const at = `${org.plugins}/${name}_1_0_0`;
    expect((await org.get(`${at}/source`)).status).toBe(200);
    expect((await org.put('/v1/scan-policy', { level: 'strict' })).status).toBe(200);
    await rescan(deps, org.id);
    expect((await org.get(`${at}/scan`)).body).toMatchObject({ level: 'strict' });
    await live(org, await org.post(`${org.plugins}/${name}_1_1_0/deploy`));
    expect((await org.post(`${org.plugins}/by-name/${name}/rollback`, { version: '1.0.0' })).status).toBe(200);
    const call = await waitUntil(async () => {
      const answer = await org.post(`${at}/realtime/test`, { inputs: { text: 'x' } });
      return answer.status === 200 ? answer : undefined;
    });
    expect(call.body).toMatchObject({ status: 'success' });
  });
});
