// Tests the limit on an organization's concurrent artifact fetches, which leaves workers to others while its servers send nothing.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { artifactFetch } from '../../../../src/contract/features/agents/limits.ts';
import type { PluginRowId } from '../../../../src/core/ids.ts';
import { agentArtifacts } from '../../../../src/features/agents/tables.ts';
import { sweepAgentArtifacts, verifyArtifact } from '../../../../src/features/agents/verification.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import { type AgentScene, agentScene, goodArtifact, registered } from '../scenes/agents.ts';

const atOnce = artifactFetch.perOrganizationAtOnce;
const silentUrl = 'https://silent.example.com/';
const goodUrl = 'https://artifacts.example.com/collector.tar.gz';

async function registerSilent(scene: AgentScene, number: number): Promise<PluginRowId[]> {
  const ids: PluginRowId[] = [];
  for (let i = 0; i < number; i++) ids.push(await registered(scene, { artifactUrl: `${silentUrl}${i}` }));
  return ids;
}

/** Returns a server whose artifacts at `silentUrl` are sent when the test says so, and their requested URLs. */
function server() {
  const silence = Promise.withResolvers<void>();
  const silent: string[] = [];
  const fetch = async (url: string) => {
    if (url.startsWith(silentUrl)) {
      silent.push(url);
      await silence.promise;
    }
    return new Response(new Blob([goodArtifact]).stream());
  };
  return { fetch, silent, answer: silence.resolve };
}

async function stateOf({ deps }: AgentScene, id: PluginRowId) {
  const [row] = await deps.db.select().from(agentArtifacts).where(eq(agentArtifacts.id, id)).limit(1);
  return row && { verification: row.verification, attempts: row.attempts };
}

const idsOf = ({ sent }: AgentScene) => sent.flatMap((one) => (one.type === 'verify-artifact' ? [one.id] : []));

test("an organization's silent artifacts wait at its limit without using up attempts, and another's is verified", async () => {
  const scene = await agentScene();
  const { fetch, silent, answer } = server();
  const ids = await registerSilent(scene, atOnce + 1);
  const working = ids.map((id) => verifyArtifact({ ...scene.deps, fetch }, id));
  await waitFor(() => expect(silent).toHaveLength(atOnce));
  const other = { ...scene, org: await organization({ fetch: scene.fetch }) };
  const id = await registered(other, { artifactUrl: goodUrl });
  await verifyArtifact({ ...scene.deps, fetch }, id);
  expect(await stateOf(scene, id)).toEqual({ verification: 'verified', attempts: 1 });
  const states = await Promise.all(ids.map((one) => stateOf(scene, one)));
  expect(states.map((state) => state?.attempts).toSorted()).toEqual([0, ...Array(atOnce).fill(1)]);
  scene.sent.length = 0;
  answer();
  await Promise.all(working);
  const waiting = ids[states.findIndex((state) => state?.attempts === 0)];
  expect(idsOf(scene)).toContain(waiting);
});

test('the sweep picks the artifacts that have been due longest, a few of each organization', async () => {
  const scene = await agentScene();
  const ids: PluginRowId[] = [];
  for (let i = 0; i <= atOnce; i++) {
    ids.push(...(await registerSilent(scene, 1)));
    scene.clock.advance(1);
  }
  const other = { ...scene, org: await organization({ fetch: scene.fetch }) };
  const id = await registered(other, { artifactUrl: goodUrl });
  scene.clock.advance(15_000);
  scene.sent.length = 0;
  await sweepAgentArtifacts(scene.deps);
  const all = [...ids, id];
  expect(idsOf(scene).filter((one) => all.includes(one))).toEqual([...ids.slice(0, atOnce), id]);
});
