// Tests the sweep as cron runs it: it resends lost messages, deletes expired rows, and continues if a part of it fails.
import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { withoutKey } from '../../src/access/actor.ts';
import { markNamespaceDeleted } from '../../src/access/namespaces.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { idempotencyKeys } from '../../src/db/schema/access.ts';
import { outbox } from '../../src/db/schema/events.ts';
import { pluginVersions } from '../../src/db/schema/registry.ts';
import type { Deps } from '../../src/deps.ts';
import { features } from '../../src/features.ts';
import { sweep, sweepSteps } from '../../src/sweep.ts';
import worker from '../../src/worker.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { openUpload, publish } from '../support/plugins/publish.ts';
import { namespaceIn, pluginsOf } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { days, keyedRow, keyIsStored, seconds, sweepScene } from './swept.ts';

describe('the sweep', () => {
  test('the sweep resends a deployment, a stop and an outbox message 15 s after they were due', async () => {
    const s: Scene = await scene();
    const { id } = await deploy(s);
    const sentOf = (type: string, subject: string) =>
      s.sent.filter((message) => message.type === type && message.id === subject).length;
    await s.deps.db.update(outbox).set({ sentAt: null });
    s.sent.length = 0;
    s.clock.advance(15 * seconds);
    await sweep(s.deps);
    expect(sentOf('advance-deployment', id)).toBe(0);
    s.clock.advance(1);
    await sweep(s.deps);
    // Once for the deployment's row, and once for the outbox message.
    expect(sentOf('advance-deployment', id)).toBe(2);
    s.sent.length = 0;
    await sweep(s.deps);
    expect(sentOf('advance-deployment', id)).toBe(1);
  });

  test('the sweep enqueues a rescan of versions evaluated by an older policy', async () => {
    const { clock, deps, org, sent } = await sweepScene();
    await publish(org, plugin());
    await deps.db.update(pluginVersions).set({ evaluatedPolicy: 0 }).where(eq(pluginVersions.organizationId, org.id));
    clock.advance(60 * seconds);
    await sweep(deps);
    expect(sent).toContainEqual({ v: 1, type: 'rescan', id: org.id });
  });

  test('the sweep empties namespaces whose deletion request was interrupted', async () => {
    const { deps, org } = await sweepScene();
    const namespaceId = await namespaceIn(org, 'left');
    const left = { ...org, plugins: pluginsOf(namespaceId) };
    await publish(left, plugin());
    const ref = { type: 'key' as const, id: 'tests' };
    const rights = { ...withoutKey, scopes: new Set(scopes), namespaceIds: null };
    await markNamespaceDeleted(deps, { ref, organizationId: org.id, ...rights }, namespaceId);
    const deletedAt = async () =>
      (await deps.db.select().from(pluginVersions).where(eq(pluginVersions.ownerId, namespaceId)))[0]?.deletedAt;
    expect(await deletedAt()).toBeNull();
    await sweep(deps);
    expect(await deletedAt()).toBe(deps.clock.now());
  });

  test('the sweep logs failures and does everything else: an unavailable store does not keep an upload from expiring', async () => {
    const s = await sweepScene();
    await openUpload(s.org, { name: 'hello_ext', presigned_url_expiration: 60 });
    const key = keyedRow(s.clock.now());
    await s.deps.db.insert(idempotencyKeys).values(key);
    s.clock.advance(2 * days);
    const failed: unknown[] = [];
    const unavailable = new Error('the store is unavailable');
    // The builder is shared, so requests to it may fail for other reasons.
    const log: Deps['log'] = {
      ...s.deps.log,
      error: (event, fields) => {
        if (!(fields?.cause instanceof AggregateError)) return;
        failed.push([event, fields.sweep, fields.cause.errors.filter((cause) => cause === unavailable).length]);
      },
    };
    const blobs: R2Bucket = Object.assign(Object.create(s.deps.blobs), { list: () => Promise.reject(unavailable) });
    await sweep({ ...s.deps, blobs, log });
    const folders = 7 + features.flatMap((feature) => feature.folders ?? []).length;
    expect(failed).toEqual([['sweep.failed', 'collectStore', folders]]);
    expect(await keyIsStored(s, key.id)).toBe(false);
  });
});

test('each step runs once in a sweep, even if a feature has work for it too', () => {
  expect(sweepSteps).toEqual([...new Set(sweepSteps)]);
});

describe("the clock's handler", () => {
  async function tick(changes: Record<string, unknown> = {}): Promise<void> {
    const context = createExecutionContext();
    await worker.scheduled(createScheduledController(), { ...env, ...changes }, context);
    await waitOnExecutionContext(context);
  }

  test("the clock's handler runs the sweep", async () => {
    const { deps } = await sweepScene();
    const key = keyedRow(Date.now() - 1);
    await deps.db.insert(idempotencyKeys).values(key);
    await tick();
    expect(await keyIsStored({ deps }, key.id)).toBe(false);
  });

  test("the clock's handler does nothing while a setting is missing, and logs the setting without its value", async () => {
    const { deps } = await sweepScene();
    const key = keyedRow(Date.now() - 1);
    await deps.db.insert(idempotencyKeys).values(key);
    const lines: string[] = [];
    const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    try {
      await tick({ ADMIN_TOKEN: 'too short' });
    } finally {
      spy.mockRestore();
    }
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'error',
        event: 'settings.invalid',
        message: 'Slipway is not configured: ADMIN_TOKEN is shorter than 16 characters',
      },
    ]);
    expect(await keyIsStored({ deps }, key.id)).toBe(true);
  });
});
