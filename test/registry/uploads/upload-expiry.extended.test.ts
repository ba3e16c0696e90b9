// Tests which objects of uploads the sweep does not find, or finds late.

import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { uploadLimits } from '../../../src/contract/limits/uploads.ts';
import { database } from '../../../src/db/client.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { sweep } from '../../../src/sweep.ts';
import { eventTypesOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
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

  test("the sweep releases a deleted version's archive a day later, unless another version has the same content", async () => {
    const { clock, deps, org } = await clockedOrganization();
    const other = await organization({ fetch: org.fetch });
    const shared = plugin({ files: { 'notes.txt': 'of two organizations' } });
    const alone = plugin({ name: 'alone_ext', files: { 'notes.txt': 'of one' } });
    for (const archive of [shared, alone]) await publish(org, archive);
    await publish(other, shared);
    const hashOf = async (id: string): Promise<string> =>
      Object((await org.get(`${org.plugins}/${id}`)).body).plugin.code_hash;
    const hashes = [await hashOf('hello_ext_1_0_0'), await hashOf('alone_ext_1_0_0')];
    for (const id of ['hello_ext_1_0_0', 'alone_ext_1_0_0']) await org.del(`${org.plugins}/${id}`);
    const stored = () =>
      Promise.all(
        hashes.map(async (sha256) => {
          const objects = await Promise.all([archiveKey(sha256), indexKey(sha256)].map((key) => deps.blobs.head(key)));
          return objects.map((object) => object !== null);
        }),
      );
    const [both, none] = [
      [true, true],
      [false, false],
    ];
    clock.advance(24 * hour);
    await sweep(deps);
    expect(await stored()).toEqual([both, both]);
    clock.advance(1);
    await sweep(deps);
    expect(await stored()).toEqual([both, none]);
    await other.del(`${other.plugins}/hello_ext_1_0_0`);
    clock.advance(24 * hour + 1);
    await sweep(deps);
    expect(await stored()).toEqual([none, none]);
    clock.advance(uploadLimits.releaseClockSkewMs);
    await publish(org, shared);
    expect(await stored()).toEqual([both, none]);
  });
});
