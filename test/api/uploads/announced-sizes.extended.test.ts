// Tests announced sizes after rejections and of several uploads, and how many uploads may be open.
import { describe, expect, test } from 'vitest';
import { uploadLimits } from '../../../src/contract/limits/uploads.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, putArchive, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { limitStorage, request, usedBytes } from './announcing.ts';

describe('an announced size', () => {
  test('an announced size over the limit is rejected immediately, and the error has the usage, the limit and the size', async () => {
    const org = await organization();
    await limitStorage(org, 1000);
    const { status, body } = await request(org, 'large_ext', 1001);
    expect({ status, body }).toMatchObject({
      status: 403,
      body: {
        error: {
          type: 'QuotaExceededError',
          message: expect.stringContaining('has 0 of 1000 stored bytes, and this needs 1001 more. Delete versions'),
          details: { resource: 'stored_bytes', current_count: 0, max_allowed: 1000 },
        },
      },
    });
    expect((await request(org, 'large_ext', 1000)).status).toBe(200);
  });

  test('an announced size is released after a rejection', async () => {
    const org = await organization();
    await limitStorage(org, 1000);
    const first = await openUpload(org, { name: 'bad_ext', version: '1.0.0', file_size_bytes: 1000 });
    await putArchive(first, new Uint8Array([1, 2, 3]));
    expect((await confirm(org, first)).status).toBe(400);
    expect(await usedBytes(org)).toBe(0);
    expect((await request(org, 'next_ext', 1000)).status).toBe(200);
  });

  test('an announced size stays reserved while another upload announces no size or too little', async () => {
    const org = await organization();
    const packed = plugin({ name: 'late_ext' });
    const size = packed.zip.length;
    await limitStorage(org, 2 * size - 1);
    const silent = await uploaded(org, { name: 'late_ext', version: '1.0.0' }, packed.zip);
    const reserving = await openUpload(org, { name: 'other_ext', file_size_bytes: size });
    expect((await confirm(org, silent)).status).toBe(403);
    await putArchive(reserving, new Uint8Array([1]));
    expect((await confirm(org, reserving)).status).toBe(400);
    expect((await confirm(org, silent)).status).toBe(200);
  });

  test('an announced size is reserved by only one of several concurrent uploads', async () => {
    const org = await organization();
    await limitStorage(org, 1999);
    const answers = await Promise.all(['one_ext', 'two_ext', 'three_ext'].map((name) => request(org, name, 1000)));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(2);
    expect(refused.every(({ status }) => status === 403 || status === 409)).toBe(true);
  });
});

test('uploads without an announced size are limited in number, per owner', async () => {
  const { unannouncedMax } = uploadLimits;
  const org = await organization();
  for (let i = 0; i < unannouncedMax; i += 20)
    await Promise.all(Array.from({ length: 20 }, () => openUpload(org, { name: 'many_ext' })));
  const { status, body } = await request(org, 'many_ext');
  expect({ status, body }).toMatchObject({
    status: 403,
    body: {
      error: {
        message: `${unannouncedMax} of ${unannouncedMax} uploads without an announced size are open here. Send file_size_bytes, or confirm the open uploads.`,
        details: {
          resource: 'unannounced_uploads',
          current_count: unannouncedMax,
          max_allowed: unannouncedMax,
        },
      },
    },
  });
  expect((await request(org, 'many_ext', 5000)).status).toBe(200);
  expect((await org.post('/v1/plugins/uploads', { name: 'shared_ext' })).status).toBe(200);
  const tomorrow = testApp({ clock: { now: () => Date.now() + 3_600_001 } });
  const later = { ...org, ...clientOf(`Bearer ${org.key}`, tomorrow.fetch) };
  expect((await request(later, 'many_ext')).status).toBe(200);
});
