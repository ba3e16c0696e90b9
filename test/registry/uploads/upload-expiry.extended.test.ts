// Tests which objects of uploads the sweep does not find, or finds late.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { sweep } from '../../../src/sweep.ts';
import { eventTypesOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../../support/plugins/publish.ts';
import { clockedOrganization, hour, minute, second } from './expiring.ts';

const db = database(env.DB);

describe('the sweep', () => {
  test('the sweep expires an upload a day after its URL has expired, exactly once', async () => {
    const { clock, deps, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    const status = async () =>
      (await db.select().from(uploads).where(eq(uploads.id, upload.upload_id)).limit(1))[0]?.status;
    clock.advance(60 * second + 24 * hour);
    await sweep(deps);
    expect(await status()).toBe('open');
    clock.advance(1);
    await sweep(deps);
    await sweep(deps);
    expect(await status()).toBe('expired');
    expect(await eventTypesOf(org, 3)).toEqual(['upload.created', 'upload.expired']);
    const { status: answered, body } = await confirm(org, upload);
    expect({ answered, body }).toMatchObject({ answered: 400, body: { error: { type: 'UploadExpiredError' } } });
  });

  test('the sweep finds nothing after a verdict, because the verdict deletes the uploaded object', async () => {
    const { deps, org, settled } = await clockedOrganization();
    const upload = await publish(org, plugin());
    await settled();
    expect(await deps.blobs.head(`uploads/${upload.upload_id}`)).toBeNull();
  });

  test('the sweep deletes an object uploaded after the verdict', async () => {
    const { clock, deps, org, settled } = await clockedOrganization();
    const upload = await publish(org, plugin());
    await settled();
    await putArchive(upload, plugin({ name: 'other_ext' }).zip, org.fetch);
    clock.advance(51 * hour);
    await sweep(deps);
    expect(await deps.blobs.head(`uploads/${upload.upload_id}`)).toBeNull();
  });

  test("the sweep deletes an expired upload's object, and also an object without an upload after two days", async () => {
    const { clock, deps, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    await putArchive(upload, plugin().zip, org.fetch);
    const lost = deps.ids('upload');
    await deps.blobs.put(`uploads/${lost}`, 'x');
    const there = (id: string) => deps.blobs.head(`uploads/${id}`).then((object) => object !== null);
    const both = async () => [await there(upload.upload_id), await there(lost)];
    clock.advance(24 * hour);
    await sweep(deps);
    expect(await both()).toEqual([true, true]);
    clock.advance(23 * hour);
    await sweep(deps);
    expect(await both()).toEqual([false, true]);
    clock.advance(2 * hour);
    await sweep(deps);
    expect(await both()).toEqual([false, false]);
  });
});
