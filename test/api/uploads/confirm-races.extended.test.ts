// Tests more races of confirms: reopened uploads, twenty at a time, and workers that die again and again.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { claimUpload, reopenUpload } from '../../../src/registry/uploads/uploads.ts';
import { clientOf } from '../../support/client.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, type OpenUpload, openUpload, uploaded } from '../../support/plugins/publish.ts';
import { clientWithKey, type Organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { confirmScene, db, rowOf, tick } from './confirm-scene.ts';

const { org, withoutTime, claimedSince } = await confirmScene();

/**
 * Confirms with a Worker that has no time left. Queues the upload only after the response, because the queue could otherwise finish
 * first.
 */
async function confirmWithoutTime(upload: OpenUpload, fields?: { message: string }) {
  const { queues, sent } = losingQueues();
  const response = await confirm(withoutTime({ queues }), upload, fields);
  const { scans } = testApp().deps.queues;
  for (const message of sent) if (message.type === 'advance-upload') await scans.send(message);
  return response;
}

function scopeOf(org: Organization) {
  const actor = { type: 'key' as const, id: 'tests' };
  return { ownerId: org.namespaceId, organizationId: org.id, actor };
}

describe('two simultaneous confirms', () => {
  test('two simultaneous confirms get the same response if nothing was uploaded', async () => {
    const upload = await openUpload(org, { name: 'twice_nothing' });
    const answers = await Promise.all([confirm(org, upload), confirm(org, upload), confirm(org, upload)]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  test('two simultaneous confirms get the same response if the upload is reopened while one waits', async () => {
    const counted = countedD1(env.DB);
    const { deps, fetch } = testApp({ db: database(counted.db) });
    const upload = await openUpload(org, { name: 'twice_opened' });
    const { claim } = await claimUpload(deps, upload.upload_id, scopeOf(org));
    if (!claim) throw new Error('the upload could not be claimed');
    const before = counted.trips();
    const waiting = confirm({ ...org, ...clientOf(`Bearer ${org.key}`, fetch) }, upload);
    // Round trips: the key, the failed claim, and the first poll for the outcome.
    await waitFor(() => expect(counted.trips()).toBeGreaterThan(before + 2));
    await reopenUpload(deps, claim);
    expect((await waiting).body).toMatchObject({ status: 404, error: { details: { resource: 'object' } } });
  });

  test('two simultaneous confirms get the same response if they send different ETags', async () => {
    const packed = plugin({ name: 'twice_other' });
    const upload = await uploaded(org, packed, packed.zip);
    const etag = 'other';
    const answers = await Promise.all([confirm(org, upload, { etag }), confirm(org, upload, { etag })]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect((await confirm(org, upload)).status).toBe(200);
  });
});

test('twenty uploads without a version, confirmed concurrently, become twenty versions', async () => {
  const packed = plugin({ name: 'crowded_ext' });
  const open = await Promise.all(Array.from({ length: 20 }, () => uploaded(org, { name: packed.name }, packed.zip)));
  const answers = await Promise.all(open.map((upload) => confirm(org, upload)));
  expect(answers.map(({ status }) => status)).toEqual(open.map(() => 200));
  const { body } = await org.get(`${org.plugins}?name=crowded_ext`);
  expect(body).toMatchObject({ total: 20 });
});

describe('a confirm that runs out of time', () => {
  test('a confirm that runs out of time returns pending, and the queue continues', async () => {
    const packed = plugin({ name: 'slow_ext' });
    const upload = await uploaded(org, packed, packed.zip);
    const { status, body } = await confirmWithoutTime(upload, { message: 'Slowly' });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      upload_id: upload.upload_id,
      plugin_id: 'slow_ext_1_0_0',
      name: 'slow_ext',
      version: '1.0.0',
      validation_status: 'pending',
      validation_errors: [],
      deployment_status: 'pending',
      feature_uri: 'mixpeek://slow_ext@1.0.0',
      s3_archive_url: `s3://slipway-archives/uploads/${upload.upload_id}`,
      code_hash: null,
      namespace_id: org.namespaceId,
      organization_id: org.id,
      message: 'The scan is still running. Confirm again to get its result.',
      warnings: [],
      stage: null,
    });
    await waitFor(async () => expect((await rowOf(upload.upload_id))?.status).toBe('accepted'));
    const repeated = await confirm(org, upload);
    expect(repeated.body).toMatchObject({ validation_status: 'passed', plugin_id: 'slow_ext_1_0_0' });
    expect((await confirm(org, upload)).text).toBe(repeated.text);
    expect((await org.get(`${org.plugins}/slow_ext_1_0_0`)).body).toMatchObject({ plugin: { message: 'Slowly' } });
  });

  test('a confirm that runs out of time returns the rejection when it is repeated', async () => {
    const packed = plugin({ name: 'slow_bad', files: { 'bad.py': 'import ctypes\n' } });
    const upload = await uploaded(org, packed, packed.zip);
    expect((await confirmWithoutTime(upload)).body).toMatchObject({ validation_status: 'pending' });
    await waitFor(async () => expect((await rowOf(upload.upload_id))?.status).toBe('rejected'));
    expect((await confirm(org, upload)).body).toMatchObject({
      status: 400,
      validation_errors: ['bad.py:1:8: Forbidden import: ctypes'],
    });
  });

  test('a confirm that runs out of time can be repeated any number of times', async () => {
    const { queues } = losingQueues();
    const packed = plugin({ name: 'slow_often' });
    const upload = await uploaded(org, packed, packed.zip);
    for (let i = 0; i < 10; i++) {
      expect((await confirm(withoutTime({ queues }), upload)).body).toMatchObject({ validation_status: 'pending' });
    }
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });
});

describe("a worker that dies while holding an upload's lease", () => {
  test("a worker that dies keeps its upload's lease until it expires", async () => {
    const upload = await claimedSince(5000, 'held_ext');
    expect((await confirm(withoutTime(), upload)).body).toMatchObject({ validation_status: 'pending' });
    await tick();
    expect(await rowOf(upload.upload_id)).toMatchObject({ status: 'confirming', attempts: 1 });
  });

  test("a worker that dies loses its upload's lease to the next confirm after it expires", async () => {
    const upload = await claimedSince(21_000, 'reconfirmed_ext');
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });

  test("a worker that dies loses its upload's lease to a waiting confirm, which returns the verdict", async () => {
    const upload = await claimedSince(19_000, 'taken_over_ext');
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });

  test('an upload fails if its worker dies on every attempt', async () => {
    const upload = await claimedSince(21_000, 'deadly_ext');
    await db.update(uploads).set({ attempts: 8 }).where(eq(uploads.id, upload.upload_id));
    const { status, body } = await confirm(org, upload);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { validation_status: 'failed', detail: 'The upload could not be scanned', violations: [] },
    });
  });
});

test('one of two concurrent publishers of a version is accepted, and the other gets a conflict', async () => {
  const second = { ...org, ...(await clientWithKey(org, { scopes: ['plugins:write'] })) };
  for (let round = 0; round < 10; round++) {
    const name = `raced_${round}`;
    const ready = await Promise.all(
      [org, second].map(async (publisher, nth) => {
        const packed = plugin({ name, files: { 'notes.txt': `by ${nth}` } });
        const upload = await uploaded(publisher, packed, packed.zip);
        return () => confirm(publisher, upload);
      }),
    );
    const answers = await Promise.all(ready.map((publish) => publish()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const accepted = answers.find(({ status }) => status === 200);
    const { body } = await org.get(`${org.plugins}/${name}_1_0_0`);
    expect(body).toMatchObject({ plugin: { code_hash: Object(accepted?.body).code_hash } });
  }
});
