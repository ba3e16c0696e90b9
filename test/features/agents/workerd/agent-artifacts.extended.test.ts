// Tests large artifacts, and artifacts that stay unreachable.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { artifactKey } from '../../../../src/features/agents/artifact.ts';
import { agentArtifacts } from '../../../../src/features/agents/tables.ts';
import { verifyArtifact } from '../../../../src/features/agents/verification.ts';
import { agentScene, agents, artifactAt, goodArtifact, registered } from '../scenes/agents.ts';
import { hour, limits, MiB, minute, stateOf, typesOf } from '../scenes/artifacts.ts';

test('a large artifact is copied in parts, unchanged', async () => {
  const scene = await agentScene();
  const checksum = await sha256Hex(new Uint8Array(9 * MiB).map((_, i) => 'slipway'.charCodeAt(i % 7)));
  const id = await registered(scene, { artifactUrl: artifactAt('large'), checksum: `sha256:${checksum}` });
  await verifyArtifact(scene.deps, id, limits);
  expect(await stateOf(scene, id)).toMatchObject({ verification: 'verified', sizeBytes: 9 * MiB });
  const copy = await scene.deps.blobs.get(artifactKey(checksum));
  expect(await sha256Hex(new Uint8Array((await copy?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(checksum);
});

test('a large artifact with a wrong checksum leaves nothing in the store', { tags: 'long' }, async () => {
  const scene = await agentScene();
  const checksum = await sha256Hex(crypto.randomUUID());
  const id = await registered(scene, { artifactUrl: artifactAt('large'), checksum: `sha256:${checksum}` });
  await verifyArtifact(scene.deps, id, limits);
  expect((await stateOf(scene, id)).verification).toBe('mismatch');
  expect(await scene.deps.blobs.head(artifactKey(checksum))).toBeNull();
});

test('an artifact that stays unreachable is retried five times, and after that only on request', async () => {
  const scene = await agentScene();
  const id = await registered(scene, { artifactUrl: artifactAt('missing') });
  const waits: (number | null)[] = [];
  for (let i = 0; i < 6; i++) {
    await verifyArtifact(scene.deps, id, limits);
    const { nextCheckAt } = await stateOf(scene, id);
    const wait = nextCheckAt === null ? null : Date.parse(nextCheckAt) - scene.clock.now();
    waits.push(wait);
    scene.clock.advance(wait ?? 0);
  }
  expect(waits).toEqual([minute, 10 * minute, hour, 6 * hour, 24 * hour, null]);
  expect(await typesOf(scene)).toEqual(['agent_plugin.registered', 'agent_plugin.unreachable']);
  await scene.org.post(`${agents}/${id}/verify`);
  expect(await stateOf(scene, id)).toMatchObject({ verification: 'pending', attempts: 0, failure: null });
  await verifyArtifact(scene.deps, id, limits);
  expect(await stateOf(scene, id)).toMatchObject({ verification: 'unreachable', attempts: 1 });
});

test('an artifact that crashes its worker every time becomes unreachable', { tags: 'long' }, async () => {
  const scene = await agentScene();
  const id = await registered(scene, { artifactUrl: artifactAt('good') });
  await scene.deps.db.update(agentArtifacts).set({ attempts: 8 }).where(eq(agentArtifacts.id, id));
  await verifyArtifact(scene.deps, id, limits);
  expect(await stateOf(scene, id)).toMatchObject({
    verification: 'unreachable',
    message: 'none of 8 tries ended',
    nextCheckAt: null,
  });
});

test.each([
  [5, 'verified'],
  [6, 'unreachable'],
])('an artifact behind %i redirects ends up %s', async (redirects, verification) => {
  const scene = await agentScene();
  const id = await registered(scene, { artifactUrl: 'https://artifacts.example.com/0' });
  let requests = 0;
  const fetch = async () => {
    requests += 1;
    return requests <= redirects
      ? new Response(null, { status: 302, headers: { location: `/${requests}` } })
      : new Response(new Blob([goodArtifact]).stream());
  };
  await verifyArtifact({ ...scene.deps, fetch }, id, limits);
  expect((await stateOf(scene, id)).verification).toBe(verification);
});
