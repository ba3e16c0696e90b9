// Tests an upload's announced size. It is reserved against the storage quota, and an archive of a different size only causes a warning
// (D28).
import { describe, expect, test } from 'vitest';
import { plugin, tarGzOf } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, putArchive } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { limitStorage, request, usedBytes } from './announcing.ts';

describe('an archive whose size differs from the announced one', () => {
  test.each([
    ['a smaller zip', 5000, plugin({ name: 'sized_ext' }).zip],
    ['a larger zip', 5, plugin({ name: 'sized_ext' }).zip],
    ['a tar.gz', 5000, tarGzOf(plugin({ name: 'sized_ext' }).files)],
  ])(
    'an archive whose size differs from the announced one is published with a warning: %s',
    async (_what, announced, bytes) => {
      const org = await organization();
      const upload = await openUpload(org, { name: 'sized_ext', version: '1.0.0', file_size_bytes: announced });
      await putArchive(upload, bytes);
      const { status, body } = await confirm(org, upload);
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          success: true,
          validation_errors: [],
          message: 'Plugin published with 1 warning',
          warnings: [
            {
              rule: 'SLU101',
              severity: 'warning',
              file: '',
              message: `Size differs: announced ${announced} bytes, received ${bytes.length}`,
            },
          ],
        },
      });
      expect((await confirm(org, upload)).body).toEqual(body);
    },
  );

  test('an archive of the announced size is published without a warning', async () => {
    const org = await organization();
    const { zip } = plugin({ name: 'sized_ext' });
    const upload = await openUpload(org, { name: 'sized_ext', version: '1.0.0', file_size_bytes: zip.length });
    await putArchive(upload, zip);
    expect((await confirm(org, upload)).body).toMatchObject({ message: 'Plugin published', warnings: [] });
  });

  test('an archive whose size differs from the announced one must match the size in the confirm', async () => {
    const org = await organization();
    const { zip } = plugin({ name: 'sized_ext' });
    const upload = await openUpload(org, { name: 'sized_ext', version: '1.0.0', file_size_bytes: 5000 });
    await putArchive(upload, zip);
    const { status, body } = await confirm(org, upload, { file_size_bytes: 5000 });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: {
        error: {
          type: 'IntegrityError',
          message: `The uploaded object has ${zip.length} bytes, but the confirmation names 5000`,
        },
      },
    });
    expect((await confirm(org, upload, { file_size_bytes: zip.length })).status).toBe(200);
  });
});

describe('an announced size', () => {
  test('an announced size is reserved until the upload ends', async () => {
    const org = await organization();
    const packed = plugin({ name: 'first_ext' });
    const size = packed.zip.length;
    await limitStorage(org, size + 99);
    const first = await openUpload(org, { name: 'first_ext', version: '1.0.0', file_size_bytes: size });
    expect(await usedBytes(org)).toBe(size);
    expect((await request(org, 'second_ext', 100)).status).toBe(403);
    expect((await request(org, 'second_ext', 99)).status).toBe(200);
    await putArchive(first, packed.zip);
    expect((await confirm(org, first)).status).toBe(200);
    expect(await usedBytes(org)).toBe(size + 99);
  });
});
