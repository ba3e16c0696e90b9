// Tests that an organization's reports of pushes to a host that never responds leave workers to other organizations.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { deployHooks as limits } from '../../../../src/contract/features/deploy-hooks/limits.ts';
import type { PushId } from '../../../../src/core/ids.ts';
import { reportPush } from '../../../../src/features/deploy-hooks/report-status.ts';
import { sweepDeployHooks } from '../../../../src/features/deploy-hooks/sweep.ts';
import { pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { fakeReceiver } from '../../../support/fake-receiver.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, pushOf, sendTo } from '../scenes/deploy-hooks.ts';

const repository = 'https://git.example.com/acme/plugins.git';
const silent = 'https://silent.example.com/';
const answering = 'https://api.git.example.com/';
const part = limits.reportsPerOrganization;

function scene() {
  const clock = clockAt(Date.now());
  const github = fakeReceiver();
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, fetch: github.fetch });
  const silence = Promise.withResolvers<void>();
  github.respondWith(async ({ url }) => {
    if (url.startsWith(silent)) await silence.promise;
    return new Response('{}', { status: 201 });
  });
  const reached = () => github.calls.filter(({ url }) => url.startsWith(silent)).length;
  return { ...app, clock, sent, reached, answer: silence.resolve };
}

/** Returns pushes of an organization whose success is to be reported now, the oldest first. */
async function duePushes({ fetch, deps: { db, clock } }: TestApp, number: number, status_api_url: string) {
  const org = await organization({ fetch });
  await publish(org, plugin());
  const fields = {
    kind: 'extractor',
    plugin: 'hello_ext',
    namespace_id: org.namespaceId,
    provider: 'github',
    repository,
  };
  const hook = await deployHook(org, {
    ...fields,
    branches: ['main'],
    status_token: 'ghp_of_an_admin',
    status_api_url,
  });
  for (let i = 0; i < number; i++) await sendTo(org, hook, { body: pushOf('github', repository, 'refs/heads/main') });
  const rows = await db.select({ id: pushes.id }).from(pushes).where(eq(pushes.hookId, hook.id)).orderBy(pushes.id);
  const now = clock.now();
  for (const [nth, { id }] of rows.entries()) {
    const due = { status: 'live' as const, commitHash: '1'.repeat(40), reportAt: now - number + nth, endedAt: now };
    await db.update(pushes).set(due).where(eq(pushes.id, id));
  }
  return rows.map(({ id }) => id);
}

test("an organization's reports to a silent host wait at its limit, and another organization's is sent", async () => {
  const s = scene();
  const ids = await duePushes(s, part + 1, silent);
  const [other] = await duePushes(s, 1, answering);
  const working = ids.map((id) => reportPush(s.deps, id));
  await waitFor(() => expect(s.reached()).toBe(part));
  if (other) await reportPush(s.deps, other);
  expect(await reportedOf(s, other)).toBe('success');
  expect(s.reached()).toBe(part);
  s.sent.length = 0;
  s.answer();
  await Promise.all(working);
  expect(s.sent).toContainEqual({ v: 1, type: 'report-push', id: ids[part] });
});

test('the sweep sends messages for a part of the reports of each organization, and for the oldest of each first', async () => {
  const s = scene();
  const ids = await duePushes(s, part + 1, silent);
  const [other] = await duePushes(s, 1, answering);
  s.sent.length = 0;
  await sweepDeployHooks(s.deps);
  const all = [...ids, other];
  const swept = s.sent.flatMap((message) =>
    message.type === 'report-push' && all.includes(message.id) ? [message.id] : [],
  );
  expect(swept.toSorted()).toEqual([...ids.slice(0, part), other]);
  expect(swept.slice(0, 2)).toContain(other);
});

async function reportedOf({ deps: { db } }: TestApp, id: PushId | undefined): Promise<string | null | undefined> {
  const rows = await db.select({ id: pushes.id, reported: pushes.reported }).from(pushes);
  return rows.find((row) => row.id === id)?.reported;
}
