// A hook whose pushes the test handles itself, with real Git repositories and the real builder. Every message gets lost.
import { asc, eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { z } from 'zod';
import { consume } from '../../../../src/consume.ts';
import type { Deps } from '../../../../src/deps.ts';
import { pushes } from '../../../../src/features/deploy-hooks/tables.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { committed, freshGoName } from '../../../support/plugins/go-sources.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook, pushOf, sendTo, type TestHook } from './deploy-hooks.ts';

export interface PushScene extends TestApp {
  org: Organization;
  clock: TestClock;
  name: string;
  repository: string;
  hook: TestHook;
  sent: ReturnType<typeof losingQueues>['sent'];
  /** Commits the version, tags it, and returns the commit. */
  tag(tag: string, version: string): Promise<string>;
  push(ref: string): Promise<string>;
  /** Does the work of the queues until none is left. */
  drain(deps?: Deps): Promise<void>;
  rows(): Promise<(typeof pushes.$inferSelect)[]>;
}

/**
 * Returns a published extractor, a repository with its next version at v1.1.0, and a hook. Every message gets lost, so the test does
 * the work.
 */
export async function pushScene(fields: object = {}, replacements: Partial<Deps> = {}): Promise<PushScene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const app = testApp({ clock, queues, allowLoopback: true, ...replacements });
  const { deps } = app;
  const org = await organization({ fetch: app.fetch });
  const name = `ext_${freshGoName().replaceAll('-', '_')}`;
  await publish(org, plugin({ name, version: '1.0.0', realtime: true }));
  const tag = async (label: string, version: string) => {
    const files = plugin({ name, version, realtime: true }).files;
    const inFolder = Object.entries(files).map(([path, text]) => [`plugins/ocr/${path}`, String(text)]);
    return (await committed(name, label, Object.fromEntries(inFolder))).commit;
  };
  const { repository } = await committed(name, 'v0', { 'README.md': 'x' });
  const target = { kind: 'extractor', plugin: name, namespace_id: org.namespaceId, provider: 'github' };
  const source = { repository, path: 'plugins/ocr', tags: ['v*'], branches: ['main'] };
  const hook = await deployHook(org, { ...target, ...source, ...fields });
  const push = async (ref: string) => {
    clock.advance(5);
    const { body } = await sendTo(org, hook, { body: pushOf('github', repository, ref) });
    return z.object({ delivery_id: z.string() }).parse(body).delivery_id;
  };
  const drain = async (by = deps) => {
    while (sent.length > 0) {
      for (let next = sent.shift(); next; next = sent.shift()) {
        await consume(by, next);
      }
      await app.settled();
    }
  };
  const rows = () => deps.db.select().from(pushes).where(eq(pushes.hookId, hook.id)).orderBy(asc(pushes.id));
  return { ...app, org, clock, name, repository, hook, sent, tag, push, drain, rows };
}

/** Returns the version that is live for the name. */
export async function serving({ org, name }: PushScene): Promise<unknown> {
  const { body } = await org.get(`${org.plugins}/by-name/${name}/versions`);
  return z.object({ serving_version: z.string().nullable() }).parse(body).serving_version;
}

/** Returns the types of the push's events, oldest first. */
export async function pushEvents({ org }: PushScene, id: string): Promise<string[]> {
  return (await eventsOf(org)).filter(({ subjectId }) => subjectId === id).map(({ type }) => type);
}

/** Pushes v1.1.0, and expects that the push fails. */
export async function expectFailure(all: PushScene, reason: string, message: RegExp): Promise<void> {
  const id = await all.push('refs/tags/v1.1.0');
  await all.drain();
  expect(await all.rows()).toMatchObject([{ status: 'failed', reason, message: expect.stringMatching(message) }]);
  expect((await pushEvents(all, id)).at(-1)).toBe('push.failed');
}
