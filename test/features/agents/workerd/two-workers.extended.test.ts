// Tests two live workers on one agent plugin artifact: the worker that lost its lease changes nothing further.
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { PluginRowId } from '../../../../src/core/ids.ts';
import { artifactKey } from '../../../../src/features/agents/artifact.ts';
import { agentCopies } from '../../../../src/features/agents/artifact-copies.ts';
import { agentArtifacts } from '../../../../src/features/agents/tables.ts';
import { verifyArtifact } from '../../../../src/features/agents/verification.ts';
import { collect } from '../../../../src/registry/storage/collector.ts';
import { waitFor } from '../../../support/waiting.ts';
import { expectNoChange } from '../../../support/workers/two-workers.ts';
import { type AgentScene, agentScene, goodArtifact, goodChecksum, registered } from '../scenes/agents.ts';

const seconds = 1000;
const url = 'https://artifacts.example.com/collector.tar.gz';

/** Returns a server that answers the requests in order, each when the test says so. */
function server() {
  const requests: { answer: (text: string | Error) => void }[] = [];
  const fetch = () =>
    new Promise<Response>((resolve, reject) => {
      const answer = (text: string | Error) =>
        text instanceof Error ? reject(text) : resolve(new Response(new Blob([text]).stream()));
      requests.push({ answer });
    });
  return { fetch, requests };
}

async function rowOf({ deps }: AgentScene, id: PluginRowId) {
  return deps.db
    .select()
    .from(agentArtifacts)
    .where(eq(agentArtifacts.id, id))
    .limit(1)
    .then(([row]) => row);
}

/** Starts two workers that fetch the same artifact, the second after the lease of the first has expired. */
async function twoWorkers() {
  const scene = await agentScene();
  const { fetch, requests } = server();
  const id = await registered(scene, { artifactUrl: url });
  const verify = () => verifyArtifact({ ...scene.deps, fetch }, id);
  const waitForRequest = (count: number) => waitFor(() => expect(requests).toHaveLength(count));
  const stale = verify();
  await waitForRequest(1);
  scene.clock.advance(4 * 60 * seconds - 1);
  await verify();
  expect(requests).toHaveLength(1);
  scene.clock.advance(1);
  const successor = verify();
  await waitForRequest(2);
  const [first, second] = requests;
  if (!first || !second) throw new Error('two workers have to fetch');
  return { scene, id, stale, successor, first, second };
}

describe('a worker that lost its lease', () => {
  test.each([
    ['gets another artifact', 'another artifact'],
    ['cannot reach the server', new TypeError('connection lost')],
    ['verifies it as well', goodArtifact],
  ])(
    'a worker that lost its lease changes nothing when it %s after its successor has verified the artifact',
    async (_what, answer) => {
      const { scene, id, stale, successor, first, second } = await twoWorkers();
      second.answer(goodArtifact);
      await successor;
      expect(await rowOf(scene, id)).toMatchObject({ verification: 'verified', mirrored: true, leaseUntil: null });
      await expectNoChange(async () => {
        first.answer(answer);
        await stale;
      }, ['agent_artifacts']);
      const copy = await scene.deps.blobs.get(artifactKey(goodChecksum.slice('sha256:'.length)));
      expect(await copy?.text()).toBe(goodArtifact);
    },
  );

  test('a worker that lost its lease and gets a different artifact while its successor fetches changes nothing, and the successor verifies the artifact', async () => {
    const { scene, id, stale, successor, first, second } = await twoWorkers();
    await expectNoChange(async () => {
      first.answer('another artifact');
      await stale;
    }, ['agent_artifacts']);
    second.answer(goodArtifact);
    await successor;
    expect(await rowOf(scene, id)).toMatchObject({ verification: 'verified', attempts: 2 });
  });
});

test('each of two simultaneous sweeps deletes only unreferenced objects', async () => {
  const scene = await agentScene();
  const stored = 'agent-artifacts/';
  const orphans = Array.from({ length: 5 }, () => `${stored}${crypto.randomUUID().replaceAll('-', '').repeat(2)}`);
  for (const key of orphans) await scene.deps.blobs.put(key, 'orphaned');
  const { fetch, requests } = server();
  const id = await registered(scene, { artifactUrl: url });
  const verified = verifyArtifact({ ...scene.deps, fetch }, id);
  await waitFor(() => expect(requests).toHaveLength(1));
  requests[0]?.answer(goodArtifact);
  await verified;
  scene.clock.advance(3 * 86_400 * seconds + 60 * seconds);
  await Promise.all([collect(scene.deps, agentCopies), collect(scene.deps, agentCopies)]);
  const { objects } = await scene.deps.blobs.list({ prefix: stored });
  const good = artifactKey(goodChecksum.slice('sha256:'.length));
  expect(objects.map(({ key }) => key).filter((key) => orphans.includes(key) || key === good)).toEqual([good]);
  expect(await rowOf(scene, id)).toMatchObject({ verification: 'verified', mirrored: true });
});
