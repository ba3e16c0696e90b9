// Tests each way to write the fields of a confirm, and confirms that are repeated much later.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { zodMessage } from '../../support/zod-message.ts';
import { confirmable, declaring } from './confirmable.ts';

const { org, freshUpload } = await confirmable();

describe('a confirmed upload', () => {
  test.each([
    ['no body', undefined],
    ['null', null],
    ['an empty object', {}],
    ['nulls', { etag: null, file_size_bytes: null, message: null }],
    ['an empty ETag', { etag: '' }],
    ['unknown fields', { checksum: 'x' }],
  ])('a confirmed upload can be confirmed with %s', async (_what, body) => {
    const { upload } = await freshUpload();
    expect((await confirm(org, upload, body)).status).toBe(200);
  });

  test.each([
    ['quoted', (etag: string) => etag],
    ['bare', (etag: string) => etag.replaceAll('"', '')],
    ['weak', (etag: string) => `W/${etag}`],
  ])('a confirmed upload can be confirmed with its ETag %s', async (_how, written) => {
    const { packed, upload } = await freshUpload();
    expect(upload.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(
      (await confirm(org, upload, { etag: written(upload.etag), file_size_bytes: packed.zip.length })).status,
    ).toBe(200);
  });

  test('a confirmed upload returns the same response bytes again, whatever fields the next confirm sends', async () => {
    const { upload } = await freshUpload();
    const first = await confirm(org, upload, { message: 'First one' });
    for (const body of [undefined, { message: 'Second one' }, { etag: 'other', file_size_bytes: 1 }]) {
      const { status, text } = await confirm(org, upload, body);
      expect({ status, text }).toEqual({ status: 200, text: first.text });
    }
  });

  test('a confirmed upload returns the same response bytes again after its version is deployed and deleted', async () => {
    const { packed, upload } = await freshUpload();
    const first = await confirm(org, upload);
    await org.post(`${org.plugins}/${packed.name}_1_0_0/deploy`);
    await org.del(`${org.plugins}/${packed.name}_1_0_0`);
    expect((await confirm(org, upload)).text).toBe(first.text);
  });
});

describe('an upload stays open', () => {
  test.each([
    ['etag', 1, zodMessage(z.string(), 1)],
    ['file_size_bytes', '10', zodMessage(z.number(), '')],
    ['file_size_bytes', -1, zodMessage(z.number().min(0), -1)],
    ['message', 'x'.repeat(2001), zodMessage(z.string().max(2000), 'x'.repeat(2001))],
  ])('an upload stays open when %s is %j', async (field, value, msg) => {
    const { upload } = await freshUpload();
    const { status, body } = await confirm(org, upload, { [field]: value });
    expect({ status, body }).toMatchObject({ status: 422, body: { detail: [{ loc: ['body', field], msg }] } });
    expect((await confirm(org, upload)).status).toBe(200);
  });
});

describe('the name and version in manifest.py', () => {
  test.each([
    [
      'another name',
      'other_ext',
      '1.0.0',
      1,
      26,
      'manifest.py names the plugin "other_ext", but the upload is for "named_ext". Use the same name in both.',
    ],
    [
      'another version',
      'named_ext',
      '1.0.1',
      2,
      11,
      'manifest.py declares version "1.0.1", but the upload is for 1.0.0. Use the same version in both.',
    ],
  ])(
    'a name or version in manifest.py that is %s rejects the upload',
    async (_what, name, version, line, column, message) => {
      const upload = await uploaded(org, { name: 'named_ext', version: '1.0.0' }, declaring(name, version));
      const { status, body } = await confirm(org, upload);
      expect({ status, body }).toMatchObject({
        status: 400,
        body: {
          error: { type: 'PluginValidationError' },
          detail: 'Plugin validation failed: 1 violation',
          validation_errors: [`manifest.py:${line}:${column}: ${message}`],
          violations: [{ rule: 'SLM101', file: 'manifest.py', line, column, severity: 'error', message }],
        },
      });
    },
  );
});
