// Tests fetching artifacts from servers that send wrong content, stall or redirect, and the state that results from each.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import type { PluginRowId } from '../../../../src/core/ids.ts';
import { artifactKey } from '../../../../src/features/agents/artifact.ts';
import { agentCopies, sweepAgentCopies } from '../../../../src/features/agents/artifact-copies.ts';
import { sweepAgentArtifacts, verifyArtifact } from '../../../../src/features/agents/verification.ts';
import { collect } from '../../../../src/registry/storage/collector.ts';
import { clientOf } from '../../../support/client.ts';
import { adminAuthorization } from '../../../support/scenes/organization.ts';
import {
  type AgentScene,
  agentScene,
  agents,
  artifactAt,
  freshName,
  goodArtifact,
  goodChecksum,
  registered,
  registration,
} from '../scenes/agents.ts';
import { hour, limits, minute, stateOf, typesOf } from '../scenes/artifacts.ts';

describe('an artifact server', () => {
  test.each([
    ['sends it', 'good', 'application/gzip'],
    ['redirects to it', 'moved', 'application/gzip'],
  ])(
    'an artifact server that %s has its artifact verified, and the store has a copy',
    async (_what, path, contentType) => {
      const scene = await agentScene();
      const artifactUrl = path === 'moved' ? new URL('/moved', artifactAt('good')).href : artifactAt(path);
      const id = await registered(scene, { artifactUrl });
      await verifyArtifact(scene.deps, id, limits);
      expect(await stateOf(scene, id)).toMatchObject({
        verification: 'verified',
        failure: null,
        message: null,
        actualChecksum: goodChecksum,
        sizeBytes: goodArtifact.length,
        contentType,
        nextCheckAt: null,
        mirrored: true,
      });
      expect(await typesOf(scene)).toEqual(['agent_plugin.registered', 'agent_plugin.verified']);
      const redirect = await scene.org.get(`${agents}/${id}/artifact`);
      const copy = await scene.fetch(new Request(redirect.headers.get('location') ?? ''));
      expect(await copy.text()).toBe(goodArtifact);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(goodArtifact)));
      expect(redirect.headers.get('repr-digest')).toBe(`sha-256=:${btoa(String.fromCharCode(...digest))}:`);
    },
  );

  test('an artifact server that first responds with 500 has its artifact verified a minute later', async () => {
    const scene = await agentScene();
    const id = await registered(scene, { artifactUrl: artifactAt('flaky') });
    await verifyArtifact(scene.deps, id, limits);
    const first = await stateOf(scene, id);
    expect(first).toMatchObject({ verification: 'unreachable', message: 'the server responded with 500' });
    expect(Date.parse(first.nextCheckAt)).toBe(scene.clock.now() + minute);
    await verifyArtifact(scene.deps, id, limits);
    expect((await stateOf(scene, id)).attempts).toBe(1);
    scene.clock.advance(minute);
    await verifyArtifact(scene.deps, id, limits);
    expect(await stateOf(scene, id)).toMatchObject({ verification: 'verified', attempts: 2, mirrored: true });
    expect(await typesOf(scene)).toEqual([
      'agent_plugin.registered',
      'agent_plugin.unreachable',
      'agent_plugin.verified',
    ]);
  });
});

const sentFor = ({ sent }: AgentScene, artifactId: string) => sent.filter(({ id }) => id === artifactId).length;

test('the sweep enqueues an artifact after the lease of a worker that died during its fetch', async () => {
  const scene = await agentScene();
  const id = await registered(scene, { artifactUrl: artifactAt('good') });
  const blobs: R2Bucket = Object.assign(Object.create(scene.deps.blobs), {
    put: () => Promise.reject(new Error('the store is unavailable')),
  });
  await expect(verifyArtifact({ ...scene.deps, blobs }, id, limits)).rejects.toThrow('the store is unavailable');
  scene.sent.length = 0;
  scene.clock.advance(minute);
  await sweepAgentArtifacts(scene.deps);
  await verifyArtifact(scene.deps, id, limits);
  expect([sentFor(scene, id), (await stateOf(scene, id)).verification]).toEqual([0, 'pending']);
  scene.clock.advance(5 * minute);
  await sweepAgentArtifacts(scene.deps);
  await verifyArtifact(scene.deps, id, limits);
  expect([sentFor(scene, id), (await stateOf(scene, id)).verification]).toEqual([1, 'verified']);
});

test.each([
  [
    'moved',
    async ({ org }: AgentScene, name: string) =>
      org.post(agents, registration({ name, artifactUrl: artifactAt('good') })),
  ],
  ['withdrawn', async ({ org }: AgentScene, _name: string, id: PluginRowId) => org.del(`${agents}/${id}`)],
])('an artifact that is %s while it is fetched ignores the result of the fetch', async (_how, change) => {
  const scene = await agentScene();
  const name = freshName();
  const id = await registered(scene, { name, artifactUrl: artifactAt('missing') });
  const fetch: typeof scene.deps.fetch = async (url, init) => {
    await change(scene, name, id);
    return scene.deps.fetch(url, init);
  };
  await verifyArtifact({ ...scene.deps, fetch }, id, limits);
  expect((await stateOf(scene, id)).verification).toBe('pending');
});

test('nothing is fetched from loopback addresses unless that is allowed', async () => {
  const scene = await agentScene();
  const id = await registered(scene, { artifactUrl: artifactAt('good') });
  await verifyArtifact({ ...scene.deps, allowLoopback: false }, id, limits);
  expect((await stateOf(scene, id)).message).toMatch(/^the URL is not allowed: it points to this machine/);
});

test.each([
  [
    'http://127.0.0.1:8790/health',
    'it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`',
  ],
  ['https://127.0.0.1/artifact', '127.0.0.1 is not a public host name'],
  ['https://[::1]/artifact', '[::1] is not a public host name'],
  ['https://169.254.169.254/latest/meta-data', '169.254.169.254 is not a public host name'],
  ['https://10.0.0.1/artifact', '10.0.0.1 is not a public host name'],
  ['https://metadata.google.internal/', 'metadata.google.internal is not a public host name'],
  ['https://artifacts.example.com:8443/artifact', 'it uses a port other than 443'],
  ['http://artifacts.example.com/artifact', 'it does not use https'],
  ['https://user:password@artifacts.example.com/', 'it contains credentials'],
])('a redirect to %s is not followed, on any hop', async (location, refused) => {
  for (const hops of [1, 3]) {
    const scene = await agentScene();
    const id = await registered(scene, { artifactUrl: 'https://artifacts.example.com/1' });
    const requested: string[] = [];
    const fetch = async (url: string) => {
      requested.push(url);
      const next = requested.length < hops ? `/${requested.length + 1}` : location;
      return new Response(null, { status: 302, headers: { location: next } });
    };
    await verifyArtifact({ ...scene.deps, fetch, allowLoopback: false }, id, limits);
    expect([requested, (await stateOf(scene, id)).message]).toEqual([
      Array.from({ length: hops }, (_, i) => `https://artifacts.example.com/${i + 1}`),
      `the URL it redirects to is not allowed: ${refused}`,
    ]);
  }
});

describe("an artifact's copy", () => {
  const day = 24 * hour;

  /** Registers an artifact that no other version has. */
  const ownArtifact = async () => {
    const artifactUrl = artifactAt('text');
    const text = artifactUrl.split('/').at(-1) ?? '';
    const fields = { artifactUrl, checksum: `sha256:${await sha256Hex(text)}` };
    return { fields, key: artifactKey(fields.checksum.slice('sha256:'.length)), sizeBytes: text.length };
  };

  const copied = async (scene: AgentScene, fields: Record<string, unknown>) => {
    const id = await registered(scene, fields);
    await verifyArtifact(scene.deps, id, limits);
    return id;
  };

  const storedBytes = async ({ fetch, org }: AgentScene) =>
    Object((await clientOf(adminAuthorization, fetch).get(`/v1/admin/organizations/${org.id}`)).body).quotas
      .stored_bytes;

  const has = async ({ deps }: AgentScene, key: string) => (await deps.blobs.head(key)) !== null;

  test("an artifact's copy counts once toward its organization's stored bytes, until its version is yanked", async () => {
    const scene = await agentScene();
    const { fields, sizeBytes } = await ownArtifact();
    const ids = [await copied(scene, fields), await copied(scene, fields)];
    expect((await storedBytes(scene)).used).toBe(sizeBytes);
    for (const id of ids) await scene.org.del(`${agents}/${id}`);
    expect((await storedBytes(scene)).used).toBe(0);
  });

  test("an artifact's copy is not stored if it would exceed the quota, and the artifact is still verified", async () => {
    const scene = await agentScene();
    const operator = clientOf(adminAuthorization, scene.fetch);
    const { fields, key, sizeBytes } = await ownArtifact();
    const allow = (stored_bytes: number) =>
      operator.send('PATCH', `/v1/admin/organizations/${scene.org.id}/quotas`, { body: { stored_bytes } });
    await allow(sizeBytes - 1);
    const id = await copied(scene, fields);
    const state = { verification: 'verified', failure: null, mirrored: false };
    const message = `no copy was stored: this organization uses 0 of ${sizeBytes - 1} bytes`;
    expect([await stateOf(scene, id), await has(scene, key)]).toMatchObject([{ ...state, message }, false]);
    await allow(sizeBytes);
    await scene.org.post(`${agents}/${id}/verify`);
    await verifyArtifact(scene.deps, id, limits);
    expect(await stateOf(scene, id)).toMatchObject({ ...state, mirrored: true, message: null });
  });

  test("an artifact's copy is deleted a day after its last version was yanked", async () => {
    const scene = await agentScene();
    const { fields, key } = await ownArtifact();
    const [first, second] = [await copied(scene, fields), await copied(scene, fields)];
    await scene.org.del(`${agents}/${first}`);
    scene.clock.advance(day + minute);
    await sweepAgentCopies(scene.deps);
    expect(await has(scene, key)).toBe(true);
    await scene.org.del(`${agents}/${second}`);
    scene.clock.advance(day - minute);
    await sweepAgentCopies(scene.deps);
    expect(await has(scene, key)).toBe(true);
    scene.clock.advance(2 * minute);
    await sweepAgentCopies(scene.deps);
    expect(await has(scene, key)).toBe(false);
    expect([await stateOf(scene, first), await stateOf(scene, second)]).toMatchObject([
      { mirrored: false },
      { mirrored: false },
    ]);
  });

  test("an artifact's copy that is stored while the previous copy is being deleted is stored again", {
    tags: 'long',
  }, async () => {
    const scene = await agentScene();
    const { fields, key } = await ownArtifact();
    await scene.org.del(`${agents}/${await copied(scene, fields)}`);
    scene.clock.advance(2 * day);
    let late: PluginRowId | undefined;
    const blobs: R2Bucket = Object.assign(Object.create(scene.deps.blobs), {
      delete: async (keys: string[]) => {
        late = await copied(scene, fields);
        await scene.deps.blobs.delete(keys);
      },
    });
    await sweepAgentCopies({ ...scene.deps, blobs });
    if (!late) throw new Error('no version was registered meanwhile');
    expect([await stateOf(scene, late), await has(scene, key)]).toMatchObject([{ verification: 'pending' }, false]);
    await verifyArtifact(scene.deps, late, limits);
    expect([await stateOf(scene, late), await has(scene, key)]).toMatchObject([{ mirrored: true }, true]);
  });

  test("an artifact's copy without a version is deleted after three days", async () => {
    const scene = await agentScene();
    const [orphaned, referenced] = [await ownArtifact(), await ownArtifact()];
    await scene.deps.blobs.put(orphaned.key, 'orphaned');
    await copied(scene, referenced.fields);
    scene.clock.advance(3 * day + minute);
    await collect(scene.deps, agentCopies);
    expect([await has(scene, orphaned.key), await has(scene, referenced.key)]).toEqual([false, true]);
  });
});
