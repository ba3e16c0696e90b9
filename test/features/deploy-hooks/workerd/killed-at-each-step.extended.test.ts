// Kills a worker after each of its D1 round trips, from the provider's request to the reported result. Another worker and the sweep
// then make the newest push live, and report it.
// @module-tag git
// @module-tag weekly
import { desc, eq, inArray, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { events } from '../../../../src/db/schema/events.ts';
import { pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { sweep } from '../../../../src/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { killedAfter } from '../../../support/workers/killed-worker.ts';
import { pushOf, sendTo } from '../scenes/deploy-hooks.ts';
import { type PushScene, pushScene, serving } from '../scenes/push-scene.ts';

const repository = 'https://git.example.com/acme/plugins.git';
const api = 'https://api.git.example.com/v3';
const statusModel = z.object({ state: z.string() });

/** Returns the type of the last event about the push, its upload or its deployment. */
async function lastStep({ deps, rows }: PushScene, deliveryKey: string): Promise<string> {
  const push = (await rows()).find((row) => row.deliveryKey === deliveryKey);
  const subjects = [push?.id, push?.uploadId, push?.deploymentId].filter((id) => id != null);
  const [last] = await deps.db
    .select({ type: events.type })
    .from(events)
    .where(inArray(sql`${events.subjectId}`, subjects))
    .orderBy(desc(events.id))
    .limit(1);
  return last?.type ?? 'not received';
}

test('the newest push ends up live and reported, whichever step a worker is killed at', async () => {
  const github = fakeReceiver(() => new Response('{}', { status: 201 }));
  const reporting = { repository, status_token: 'ghp_token', status_api_url: api };
  const all = await pushScene(reporting, { fetch: github.fetch });
  const { builder } = all.deps;
  const fetchSource: typeof builder.fetchSource = (request) =>
    builder.fetchSource({ ...request, repository: all.repository });
  const deps = { ...all.deps, builder: { ...builder, fetchSource } };
  const steps = new Set<string>();
  for (let trips = 0, isOver = false; !isOver; trips++) {
    const version = `1.${trips + 1}.0`;
    const commit = await all.tag(`v${version}`, version);
    const request = { body: pushOf('github', repository, `refs/tags/v${version}`), key: version };
    all.clock.advance(5);
    const { dying, wasKilled } = killedAfter(deps, trips);
    const worker = testApp(dying);
    const { status } = await sendTo({ fetch: worker.fetch }, all.hook, request);
    await all.settled();
    await all.drain(dying).catch(() => {});
    isOver = !wasKilled();
    steps.add(await lastStep(all, version));
    // The provider repeats an unanswered request. The status is 202 if nothing was stored for the request, and 200 if only the response
    // was lost.
    const wasStored = steps.has('push.received');
    if (status !== 202) expect((await sendTo(all.org, all.hook, request)).status).toBe(wasStored ? 200 : 202);
    for (let i = 0; i < 6 && !(await isReported(all)); i++) {
      all.clock.advance(30_000);
      await sweep(deps);
      await all.drain(deps);
    }
    const rows = await all.rows();
    expect(
      rows.filter(({ endedAt }) => endedAt === null),
      `after ${trips} round trips`,
    ).toEqual([]);
    expect(rows.at(-1), `after ${trips} round trips`).toMatchObject({ status: 'live', commitHash: commit });
    expect(await serving(all), `after ${trips} round trips`).toBe(version);
    const reports = github.calls.filter(({ url }) => url === `${api}/repos/acme/plugins/statuses/${commit}`);
    expect(statusModel.parse(JSON.parse(reports.at(-1)?.body ?? '{}'))).toEqual({ state: 'success' });
  }
  expect([...steps]).toEqual([
    'not received',
    'push.received',
    'push.started',
    'upload.created',
    'upload.confirming',
    'upload.fetched',
    'upload.scanned',
    'push.published',
    'push.deploying',
    'deployment.claimed',
    'deployment.starting',
    'deployment.verifying',
    'deployment.promoted',
    'push.live',
  ]);
}, 600_000);

async function isReported({ deps, hook }: PushScene): Promise<boolean> {
  const ofHook = deps.db.select().from(pushes).where(eq(pushes.hookId, hook.id));
  const [last] = await ofHook.orderBy(desc(pushes.id)).limit(1);
  return last?.status === 'live' && last.reported === 'success';
}
