// Tests the sweep of artifacts as cron runs it: it resends lost messages, and releases copies that no version needs.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { agentArtifacts } from '../../../../src/features/agents/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { isolationScene } from '../../../support/workers/isolation-scene.ts';
import { agentScene, artifactAt, registered } from '../scenes/agents.ts';

const seconds = 1000;
const days = 86_400 * seconds;

test("the sweep re-enqueues an artifact's verification if its message was lost", async () => {
  const s = await agentScene();
  const id = await registered(s, { artifactUrl: artifactAt('good') });
  s.sent.length = 0;
  s.clock.advance(16 * seconds);
  await sweep(s.deps);
  expect(s.sent).toContainEqual({ v: 1, type: 'verify-artifact', id });
});

test('the sweep releases the copy of an artifact a day after it was yanked', async () => {
  const s = await agentScene();
  const id = await registered(s);
  await s.deps.db.update(agentArtifacts).set({ mirrored: true }).where(eq(agentArtifacts.id, id));
  await s.org.del(`/api/v1/plugins/${id}`);
  const isMirrored = async () =>
    (await s.deps.db.select().from(agentArtifacts).where(eq(agentArtifacts.id, id)))[0]?.mirrored;
  s.clock.advance(days);
  await sweep(s.deps);
  expect(await isMirrored()).toBe(true);
  s.clock.advance(1);
  await sweep(s.deps);
  expect(await isMirrored()).toBe(false);
});

test('an artifact whose message the queue refuses stops no others', async () => {
  const s = isolationScene();
  const a = await agentScene();
  const [bad, good] = [
    await registered(a, { artifactUrl: artifactAt('good') }),
    await registered(a, { artifactUrl: artifactAt('good') }),
  ];
  await s.deps.db.update(agentArtifacts).set({ nextCheckAt: 0, verification: 'pending', leaseUntil: null });
  s.refused.add(bad);
  s.clock.advance(days);
  await sweep(s.deps);
  expect(s.sent).toContainEqual({ v: 1, type: 'verify-artifact', id: good });
  expect(s.failed).toContainEqual(['sweep.row_failed', bad]);
});
