// Tests concurrent confirms, confirms past the deadline, and confirms after a worker dies. Every client gets the same verdict (D12,
// D14).
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { waitFor } from '../../support/waiting.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { confirmScene, db, rowOf, tick } from './confirm-scene.ts';

const { org, withoutTime, claimedSince } = await confirmScene();

describe('two simultaneous confirms', () => {
  test.each([
    ['accepted', plugin({ name: 'twice_good' }), 200],
    ['rejected', plugin({ name: 'twice_bad', files: { 'bad.py': 'eval("1")\n' } }), 400],
  ])('two simultaneous confirms get the same response: %s', async (_what, packed, status) => {
    const upload = await uploaded(org, packed, packed.zip);
    const [first, second] = await Promise.all([confirm(org, upload), confirm(org, upload)]);
    expect(first.status).toBe(status);
    expect(second.text).toBe(first.text);
    const versions = await db.select().from(pluginVersions).where(eq(pluginVersions.name, packed.name));
    expect(versions).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('a confirm that runs out of time', () => {
  test('a confirm that runs out of time is completed by a repeated confirm that has enough time, before the queue runs', async () => {
    const { queues, sent } = losingQueues();
    const packed = plugin({ name: 'slow_repeat' });
    const upload = await uploaded(org, packed, packed.zip);
    expect((await confirm(withoutTime({ queues }), upload)).body).toMatchObject({ validation_status: 'pending' });
    const onScans = sent.filter(({ type }) => type === 'advance-upload');
    expect(onScans).toEqual([{ v: 1, type: 'advance-upload', id: upload.upload_id }]);
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });
});

describe("a worker that dies while holding an upload's lease", () => {
  test("a worker that dies loses its upload's lease to the sweep, and the queue finishes the upload", async () => {
    const upload = await claimedSince(21_000, 'swept_ext');
    await tick();
    await waitFor(async () => expect((await rowOf(upload.upload_id))?.status).toBe('accepted'));
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });
});
