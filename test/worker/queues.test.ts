// Calls the queue handler as Cloudflare does: with a batch. The result for each message is an acknowledgement, or a retry with its
// delay.
import { env } from 'cloudflare:workers';
import { eq, inArray } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { leases, sweepGraceMs } from '../../src/contract/limits/leases.ts';
import type { Message } from '../../src/contract/messages.ts';
import { database } from '../../src/db/client.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { deadLetters, events } from '../../src/db/schema/events.ts';
import { uploads } from '../../src/db/schema/registry.ts';
import { advanceUpload } from '../../src/pipeline.ts';
import { requestUpload } from '../../src/registry/uploads/request-upload.ts';
import { sweepUploads } from '../../src/registry/uploads/upload-sweep.ts';
import { claimUpload, uploadKey } from '../../src/registry/uploads/uploads.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { failingMessage, refuseFailingMessage } from '../support/workers/failing-message.ts';
import { consumed } from '../support/workers/queue-batch.ts';

const db = database(env.DB);
const ids = {
  deployment: 'dep_00000000000000000000000001',
  plugin: 'plg_00000000000000000000000001',
} as const;
const nobody: Message = { v: 1, type: 'advance-deployment', id: ids.deployment };
beforeAll(refuseFailingMessage);

function lettersOf(...messageIds: string[]) {
  return db.select().from(deadLetters).where(inArray(deadLetters.id, messageIds));
}

async function rowOf(id: Awaited<ReturnType<typeof deploy>>['id']) {
  return db
    .select()
    .from(deployments)
    .where(eq(deployments.id, id))
    .limit(1)
    .then(([row]) => row);
}

const handler =
  'class EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n';

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(line));
  return () => spy.mockRestore();
});

describe('a batch', () => {
  test('a batch with a failing and a malformed message retries only the failing one, and the other messages take effect', async () => {
    const s = await scene({ files: { 'realtime.py': `import nosuchmodule\n${handler}` } });
    const { id } = await deploy(s);
    const [first, malformed, bad, last] = [`first-${id}`, `malformed-${id}`, `bad-${id}`, `last-${id}`];
    const result = await consumed('slipway-artifacts', [
      { id: first, body: nobody },
      { id: malformed, body: { type: 'no such type' } },
      { id: bad, body: failingMessage },
      { id: last, body: { v: 1, type: 'advance-deployment', id } },
    ]);
    expect(result).toEqual({
      ackAll: false,
      acknowledged: [first, malformed, last],
      retriesAll: false,
      retried: [bad],
      delays: [expect.any(Number)],
    });
    expect((await rowOf(id))?.status).toBe('failed');
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ event: 'queue.failed', queue: 'slipway-artifacts', message: bad, attempts: 1 }),
    ]);
  });

  test('a batch is retried as a whole in ten minutes while a setting is missing', async () => {
    const secret = 'too short';
    const result = await consumed('slipway-scans', [{ body: nobody }, { body: failingMessage }], { DATA_KEK: secret });
    expect(result).toEqual({
      ackAll: false,
      acknowledged: [],
      retriesAll: true,
      retried: [],
      delays: [600],
    });
    expect(logged.join()).toContain('DATA_KEK is shorter than 32 characters');
    expect(logged.join()).not.toContain(secret);
  });
});

test.each<[string, unknown]>([
  ['no object', 'advance-upload'],
  ['nothing', null],
  ['an unknown type', { v: 1, type: 'explode', id: ids.plugin }],
  ['another version', { v: 2, type: 'advance-deployment', id: ids.deployment }],
  ['no ID', { v: 1, type: 'advance-deployment' }],
  ['the ID of something else', { v: 1, type: 'advance-deployment', id: ids.plugin }],
])('a message with %s becomes a single dead letter, even if it arrives twice', async (_what, body) => {
  const id = crypto.randomUUID();
  for (let times = 0; times < 2; times++)
    expect(await consumed('slipway-scans', [{ id, body }])).toMatchObject({ acknowledged: [id], retried: [] });
  expect(await lettersOf(id)).toEqual([
    { id, queue: 'slipway-scans', body: null, reason: 'malformed', createdAt: expect.any(Number) },
  ]);
});

test.each([
  [1, 10],
  [2, 20],
  [3, 40],
  [4, 80],
  [5, 160],
  [6, 320],
  [7, 600],
  [50, 600],
])('a message that fails for the %i. time is retried after %i s plus up to a quarter', async (attempts, seconds) => {
  const [delay = 0] = (await consumed('slipway-artifacts', [{ attempts, body: failingMessage }])).delays;
  expect([delay >= seconds, delay <= seconds * 1.25]).toEqual([true, true]);
});

test("a deployment is retried according to its own attempt count, whatever the message's count", async () => {
  const s = await scene();
  const { id } = await deploy(s);
  await db.update(deployments).set({ attempts: 3 }).where(eq(deployments.id, id));
  const before = Date.now();
  // This runtime has no containers, so the builder can't be reached.
  const { delays } = await consumed(
    'slipway-deployments',
    [{ attempts: 1, body: { v: 1, type: 'advance-deployment', id } }],
    { BUILDER_MODE: 'container' },
  );
  const row = await rowOf(id);
  expect(row).toMatchObject({ status: 'starting', attempts: 4, leaseToken: null, leaseUntil: null });
  const [delay = 0] = delays;
  expect([delay >= 80, delay <= 100]).toEqual([true, true]);
  const at = row?.nextAttemptAt ?? 0;
  expect([at >= before + delay * 1000, at <= Date.now() + delay * 1000]).toEqual([true, true]);
});

test('a plugin at fault fails its deployment at the first attempt, and the message is acknowledged', async () => {
  const s = await scene({ files: { 'realtime.py': `import nosuchmodule\n${handler}` } });
  const { id } = await deploy(s);
  const result = await consumed('slipway-deployments', [{ id: 'm1', body: { v: 1, type: 'advance-deployment', id } }]);
  expect([result.acknowledged, result.retried, (await rowOf(id))?.status]).toEqual([['m1'], [], 'failed']);
});

describe('a dead-letter queue', () => {
  const queues = ['scans', 'deployments', 'deliveries', 'artifacts'].map((name) => `slipway-${name}-dead`);

  test.each(queues)('the dead-letter queue %s stores each message once and acknowledges it', async (queue) => {
    const id = crypto.randomUUID();
    for (let times = 0; times < 2; times++)
      expect(await consumed(queue, [{ id, body: failingMessage }])).toMatchObject({ acknowledged: [id], retried: [] });
    expect(await lettersOf(id)).toEqual([
      { id, queue, body: failingMessage, reason: 'retries exhausted', createdAt: expect.any(Number) },
    ]);
  });

  test("a dead-letter queue fails its message's deployment, and one event records this, however often the message arrives", async () => {
    const s = await scene();
    const { id } = await deploy(s);
    const body: Message = { v: 1, type: 'advance-deployment', id };
    for (let times = 0; times < 2; times++) await consumed('slipway-deployments-dead', [{ body }]);
    expect(await rowOf(id)).toMatchObject({
      status: 'failed',
      error: 'Slipway could not deploy this version after 0 attempts. The plugin is not at fault. Deploy it again.',
      leaseToken: null,
    });
    const written = await db.select().from(events).where(eq(events.subjectId, id));
    expect(written.map(({ type }) => type)).toEqual(['deployment.queued', 'deployment.failed']);
  });

  test('a dead-letter queue does not change a live deployment', async () => {
    const s = await scene();
    const { id } = await deploy(s, 'batch_only');
    await consumed('slipway-deployments-dead', [{ body: { v: 1, type: 'advance-deployment', id } }]);
    expect(await rowOf(id)).toMatchObject({ status: 'promoted', error: null });
  });

  test('a dead-letter queue leaves an upload to the sweep until its attempts are used up and it is rejected', async () => {
    const s = await scene();
    const upload = await confirming(s);
    const body: Message = { v: 1, type: 'advance-upload', id: upload };
    await consumed('slipway-scans-dead', [{ body }]);
    const row = () =>
      s.deps.db
        .select()
        .from(uploads)
        .where(eq(uploads.id, upload))
        .limit(1)
        .then(([row]) => row);
    expect(await row()).toMatchObject({ status: 'confirming', attempts: 1 });
    const broken = { ...s.deps.parsers, python: async () => Promise.reject(new Error('no grammar')) };
    for (let attempts = 2; attempts <= leases.upload.attemptsMax; attempts++) {
      s.clock.advance(leases.upload.leaseMs + sweepGraceMs + 1);
      s.sent.length = 0;
      await sweepUploads(s.deps);
      expect(s.sent).toEqual([body]);
      await expect(advanceUpload({ ...s.deps, parsers: broken }, upload)).rejects.toThrow('no grammar');
      expect(await row()).toMatchObject({ status: 'confirming', attempts });
    }
    await advanceUpload({ ...s.deps, parsers: broken }, upload);
    expect(await row()).toMatchObject({ status: 'rejected', rejectionReason: 'attempts' });
  });
});

/** Opens and claims an upload of a plugin for a worker that dies. */
async function confirming(s: Scene) {
  const request = {
    name: 'other_ext',
    version: { major: 1, minor: 0, patch: 0 },
    description: null,
    sizeBytes: null,
    expiresInSeconds: 3600,
  };
  const { upload } = await requestUpload(s.deps, s.actor, s.namespaceId, request);
  await s.deps.blobs.put(uploadKey(upload.id), plugin({ name: 'other_ext' }).zip);
  const owner = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  await claimUpload(s.deps, upload.id, owner, { etag: null, sizeBytes: null, message: null });
  return upload.id;
}
