// Tests two live workers on one upload: the worker that lost its lease changes nothing further, whatever it does next.
import { eq } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { leases } from '../../../src/contract/limits/leases.ts';
import type { UploadId } from '../../../src/core/ids.ts';
import { namespaces } from '../../../src/db/schema/access.ts';
import { pluginVersions, uploads } from '../../../src/db/schema/registry.ts';
import { confirmUpload } from '../../../src/pipeline/requests.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { recordSource } from '../../../src/registry/go/installs.ts';
import { readOutcome, rejectUpload } from '../../../src/registry/uploads/outcomes.ts';
import { requestUpload } from '../../../src/registry/uploads/request-upload.ts';
import {
  type Claim,
  claimUpload,
  releaseUpload,
  renewUploadLease,
  reopenUpload,
  requeueUpload,
  uploadKey,
  withUploadLease,
} from '../../../src/registry/uploads/uploads.ts';
import { setLevel } from '../../../src/scan-host/levels.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Scene, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';
import { expectNoChange } from '../../support/workers/two-workers.ts';

const seconds = 1000;
const noDeadline = Number.POSITIVE_INFINITY;

/** Returns a plugin with several sources to parse that no other test has published. */
function packed() {
  const sources = [1, 2, 3, 4, 5, 6].map((n) => [`part${n}.py`, `x = y.__class__\n# ${crypto.randomUUID()}\n`]);
  return plugin({ version: '2.0.0', files: Object.fromEntries(sources) });
}

async function claimOf({ deps }: Scene, id: UploadId): Promise<Claim> {
  const { claim } = await claimUpload(deps, id, 'any');
  if (!claim) throw new Error('the upload was not claimed');
  return claim;
}

/** Creates an upload claimed by its first worker. */
async function claimed(): Promise<{ s: Scene; id: UploadId; claim: Claim }> {
  const s = await scene();
  const version = { major: 2, minor: 0, patch: 0 };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(s.deps, s.actor, s.namespaceId, request);
  await s.deps.blobs.put(uploadKey(upload.id), packed().zip);
  const owner = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  const { claim } = await claimUpload(s.deps, upload.id, owner, { etag: null, sizeBytes: null, message: null });
  if (!claim) throw new Error('the upload was not claimed');
  return { s, id: upload.id, claim };
}

function rowOf({ deps }: Scene, id: UploadId) {
  return deps.db
    .select()
    .from(uploads)
    .where(eq(uploads.id, id))
    .limit(1)
    .then(([row]) => row);
}

const source = { repository: 'https://git.example.com/a.git', ref: 'main', commit: null, named: false };

const writes: [string, (s: Scene, stale: Claim) => Promise<unknown>][] = [
  ['rejects it', ({ deps }, stale) => rejectUpload(deps, stale, { reason: 'content' })],
  ['reopens it', ({ deps }, stale) => reopenUpload(deps, stale)],
  ['releases it', ({ deps }, stale) => releaseUpload(deps, stale)],
  ['hands it to the queue', ({ deps }, stale) => requeueUpload(deps, stale)],
  ['records its source', ({ deps }, stale) => recordSource(deps, stale, source, 'another-name')],
  [
    'renews its lease',
    async ({ deps, clock }, stale) => {
      const checkpoint = renewUploadLease(deps, stale, noDeadline);
      clock.advance(leases.upload.renewEveryMs);
      await checkpoint();
    },
  ],
];

describe('a worker that lost its lease', () => {
  test.each(writes)(
    'a worker that lost its lease changes nothing, the object is kept, and the successor publishes: %s',
    async (_what, write) => {
      const { s, id, claim: stale } = await claimed();
      s.clock.advance(leases.upload.leaseMs);
      const successor = await claimOf(s, id);
      await expectNoChange(() => write(s, stale));
      expect(await s.deps.blobs.head(uploadKey(id))).not.toBeNull();
      await releaseUpload(s.deps, successor);
      await advanceUpload(s.deps, id);
      expect((await readOutcome(s.deps, { id })).status).toBe('accepted');
    },
  );

  test("a worker that lost its lease gets its successor's outcome, with the findings and the version", async () => {
    const { s, id, claim: stale } = await claimed();
    s.clock.advance(leases.upload.leaseMs);
    await advanceUpload(s.deps, id);
    const expected = await readOutcome(s.deps, { id });
    expect(expected.status).toBe('accepted');
    expect(await rejectUpload(s.deps, stale, { reason: 'content' })).toEqual(expected);
  });

  /** Starts to publish, and waits in the scan until `parse` is called. */
  async function slowWorker(s: Scene, id: UploadId) {
    const { promise: parsing, resolve: parse } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const parsers = {
      ...s.deps.parsers,
      python: async () => {
        begin();
        await parsing;
        return s.deps.parsers.python();
      },
    };
    const done = advanceUpload({ ...s.deps, parsers }, id);
    await begun;
    return { parse, done };
  }

  test('a worker that lost its lease at the end of a slow scan publishes nothing while its successor scans, and no second version afterwards', async () => {
    const { s, id, claim } = await claimed();
    await releaseUpload(s.deps, claim);
    const stale = await slowWorker(s, id);
    s.clock.advance(leases.upload.leaseMs);
    const successor = await slowWorker(s, id);
    await expectNoChange(() => {
      stale.parse();
      return stale.done;
    });
    successor.parse();
    await successor.done;
    expect((await readOutcome(s.deps, { id })).status).toBe('accepted');
    const ofUpload = await s.deps.db.select().from(pluginVersions).where(eq(pluginVersions.ownerId, s.namespaceId));
    expect(ofUpload.map(({ major }) => major).sort()).toEqual([1, 2]);
  });
});

test('an upload whose namespace was deleted is not published', async () => {
  const { s, id, claim } = await claimed();
  await releaseUpload(s.deps, claim);
  await s.deps.db.update(namespaces).set({ deletedAt: s.clock.now() }).where(eq(namespaces.id, s.namespaceId));
  await expectNoChange(() => advanceUpload(s.deps, id));
});

test('a confirm that finds no object uses no attempt, however often it is repeated', async () => {
  const { s, id, claim } = await claimed();
  await reopenUpload(s.deps, claim);
  const owner = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  const confirm = () => confirmUpload(s.deps, id, owner, { etag: null, sizeBytes: null, message: null });
  const object = await s.deps.blobs.get(uploadKey(id));
  const bytes = await object?.arrayBuffer();
  await s.deps.blobs.delete(uploadKey(id));
  for (let times = 0; times < 10; times++) await expect(confirm()).rejects.toMatchObject({ code: 'object-missing' });
  expect(await rowOf(s, id)).toMatchObject({ status: 'open', attempts: 0, leaseToken: null });
  await s.deps.blobs.put(uploadKey(id), bytes ?? '');
  expect((await confirm()).status).toBe('accepted');
});

test('a level that is set during the scan is applied before the upload is accepted', async () => {
  const s = await scene();
  const mail = plugin({ version: '2.0.0', files: { 'mail.py': `import smtplib\n# ${crypto.randomUUID()}\n` } });
  const version = { major: 2, minor: 0, patch: 0 };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(s.deps, s.actor, s.namespaceId, request);
  await s.deps.blobs.put(uploadKey(upload.id), mail.zip);
  let isSet = false;
  const put = async (key: string, ...rest: unknown[]): Promise<unknown> => {
    if (key.endsWith('.index.json') && !isSet) {
      // At this point the verdict is known, and the archive is being stored.
      isSet = true;
      await setLevel(s.deps, s.actor, 'strict');
      s.clock.advance(s.deps.confirmInlineMs - 1); // so that the confirm leaves the remaining work to the queue without waiting for it
    }
    return Reflect.apply(s.deps.blobs.put, s.deps.blobs, [key, ...rest]);
  };
  const blobs = new Proxy(s.deps.blobs, {
    get: (bucket, name: keyof R2Bucket) => (name === 'put' ? put : bucket[name].bind(bucket)),
  });
  const owner = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  const outcome = await confirmUpload({ ...s.deps, blobs }, upload.id, owner, {
    etag: null,
    sizeBytes: null,
    message: null,
  });
  expect([isSet, outcome.status]).toEqual([true, 'pending']);
  await advanceUpload(s.deps, upload.id);
  const after = await readOutcome(s.deps, upload);
  expect([after.status, 'findings' in after && after.findings.map(({ ruleId }) => ruleId)]).toEqual([
    'rejected',
    ['SLP111'],
  ]);
});

describe('the lease', () => {
  test('the lease keeps other workers away for 20 s', async () => {
    const { s, id, claim } = await claimed();
    s.clock.advance(20 * seconds - 1);
    await expectNoChange(() => advanceUpload(s.deps, id));
    expect((await rowOf(s, id))?.leaseToken).toBe(claim.lease.token);
    s.clock.advance(1);
    expect((await claimOf(s, id)).lease.token).not.toBe(claim.lease.token);
  });

  test('the lease is renewed between files after 5 s, so that a slow scan keeps it', async () => {
    const { s, id, claim } = await claimed();
    await releaseUpload(s.deps, claim);
    const leftMs: number[] = [];
    const others: (string | undefined)[] = [];
    const parsers = {
      ...s.deps.parsers,
      python: async () => {
        leftMs.push(((await rowOf(s, id))?.leaseUntil ?? 0) - s.clock.now());
        s.clock.advance(6 * seconds);
        others.push((await claimUpload(s.deps, id, 'any')).claim?.lease.token);
        return s.deps.parsers.python();
      },
    };
    await advanceUpload({ ...s.deps, parsers }, id);
    expect((await readOutcome(s.deps, { id })).status).toBe('accepted');
    expect(leftMs.length).toBeGreaterThan(4);
    // The manifest and the handler are outlined one after the other, before the first file is scanned.
    expect(leftMs).toEqual(leftMs.map((_, file) => (file === 1 ? 14 : 20) * seconds));
    expect(others).toEqual(others.map(() => undefined));
  });

  test('the lease is renewed by a timer every 5 s between checkpoints', async () => {
    const { s, id, claim } = await claimed();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { promise: fetching, resolve: end } = Promise.withResolvers<void>();
    const done = withUploadLease(s.deps, claim, () => fetching);
    try {
      for (let elapsed = 5; elapsed <= 60; elapsed += 5) {
        s.clock.advance(5 * seconds);
        vi.advanceTimersByTime(5 * seconds);
        await waitFor(async () => expect((await rowOf(s, id))?.leaseUntil).toBe(s.clock.now() + 20 * seconds));
        await expectNoChange(() => advanceUpload(s.deps, id));
      }
    } finally {
      vi.useRealTimers();
      end();
      await done;
    }
  });

  test('the lease can be claimed eight times, after which the upload is rejected', async () => {
    const { s, id } = await claimed();
    const broken = { ...s.deps.parsers, python: () => Promise.reject(new Error('no grammar')) };
    const states: unknown[] = [];
    for (let attempt = 2; attempt <= 9; attempt++) {
      s.clock.advance(20 * seconds);
      await advanceUpload({ ...s.deps, parsers: broken }, id).catch(() => {});
      const row = await rowOf(s, id);
      states.push([row?.status, row?.attempts, row?.rejectionReason]);
    }
    expect(states).toEqual([
      ...[2, 3, 4, 5, 6, 7, 8].map((attempts) => ['confirming', attempts, null]),
      ['rejected', 9, 'attempts'],
    ]);
  });
});
