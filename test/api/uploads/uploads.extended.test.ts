// Tests each way to write the fields of a new upload, and twenty uploads at a time.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { uploadBytesMax } from '../../../src/contract/limits/archives.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { zodMessage } from '../../support/zod-message.ts';

const org = await organization({ pluginsPerNamespace: 1000 });

describe('an upload', () => {
  test.each([
    ['the shortest lifetime', { presigned_url_expiration: 60 }, /X-Amz-Expires=60&.*X-Amz-SignedHeaders=host&/],
    ['the longest lifetime', { presigned_url_expiration: 86_400 }, /X-Amz-Expires=86400&.*X-Amz-SignedHeaders=host&/],
    ['an announced size', { file_size_bytes: 1 }, /X-Amz-Expires=3600&.*X-Amz-SignedHeaders=host&/],
    ['the largest size', { file_size_bytes: uploadBytesMax }, /X-Amz-SignedHeaders=host&/],
    [
      'nothing but nulls',
      { version: null, description: null, file_size_bytes: null, presigned_url_expiration: null },
      /X-Amz-Expires=3600&.*X-Amz-SignedHeaders=host&/,
    ],
    ['the longest description', { description: 'x'.repeat(500) }, /X-Amz-Expires=3600&/],
    ['unknown fields', { unknown: true }, /X-Amz-Expires=3600&/],
  ])('an upload can be created with %s', async (_what, fields, url) => {
    expect((await openUpload(org, { name: 'asked_ext', ...fields })).presigned_url).toMatch(url);
  });

  test.each([
    ['the shortest name', 'abc'],
    ['the longest name', `A${'b'.repeat(63)}`],
    ['capitals, digits and underscores', 'A_1__b2_'],
  ])('an upload can have %s', async (_what, name) => {
    expect((await openUpload(org, { name, version: '1.0.0' })).plugin_id).toBe(`${name}_1_0_0`);
  });

  test.each([
    ['v1', '1.0.0'],
    ['1', '1.0.0'],
    ['1.0', '1.0.0'],
    ['v2.1', '2.1.0'],
    ['v0.0.7', '0.0.7'],
    ['10.20.30', '10.20.30'],
    ['2147483647.0.0', '2147483647.0.0'],
  ])('an upload for version %s is read as %s', async (version, normalized) => {
    expect((await openUpload(org, { name: 'versioned_ext', version })).version).toBe(normalized);
  });
});

describe('an upload is rejected', () => {
  const name = 'must be 3 to 64 letters, digits or underscores, beginning with a letter';

  const version = 'must be three numbers, such as 1.0.0';

  test.each<[field: string, value: unknown, msg: string]>([
    ['name', undefined, 'Field required'],
    ['name', null, zodMessage(z.string(), null)],
    ['name', 7, zodMessage(z.string(), 1)],
    ['name', '', name],
    ['name', 'ab', name],
    ['name', 'a'.repeat(65), name],
    ['name', '1abc', name],
    ['name', '_abc', name],
    ['name', 'a-b-c', name],
    ['name', 'abc\n', name],
    ['name', 'äbc', name],
    ['version', 1, zodMessage(z.string(), 1)],
    ['version', '', version],
    ['version', 'latest', version],
    ['version', '1.0.0-beta', version],
    ['version', '1.0.0.0', version],
    ['version', '1.0.0\n', version],
    ['version', ' 1.0.0', version],
    ['version', '-1.0.0', version],
    ['version', '1..0', version],
    ['version', '2147483648.0.0', version],
    ['description', 1, zodMessage(z.string(), 1)],
    ['description', 'x'.repeat(501), zodMessage(z.string().max(500), 'x'.repeat(501))],
    ['file_size_bytes', 0, zodMessage(z.number().gt(0), 0)],
    ['file_size_bytes', -1, zodMessage(z.number().gt(0), 0)],
    ['file_size_bytes', 1.5, zodMessage(z.int(), 1.5)],
    ['file_size_bytes', '1', zodMessage(z.number(), '')],
    ['file_size_bytes', uploadBytesMax + 1, zodMessage(z.number().max(uploadBytesMax), uploadBytesMax + 1)],
    ['presigned_url_expiration', 59, zodMessage(z.number().min(60), 59)],
    ['presigned_url_expiration', 86_401, zodMessage(z.number().max(86400), 86401)],
    ['presigned_url_expiration', true, zodMessage(z.number(), true)],
  ])('an upload is rejected for %s %j', async (field, value, msg) => {
    const { status, body } = await org.post(`${org.plugins}/uploads`, { name: 'valid_ext', [field]: value });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: { type: 'ValidationError', message: `The request is invalid: body.${field}: ${msg}`, details: null },
      detail: [{ loc: ['body', field], msg }],
    });
    expect(Object(body).detail).toHaveLength(1);
  });

  test.each([
    ['broken JSON', '{', ['body'], 'Malformed JSON'],
    ['no body', '', ['body', 'name'], 'Field required'],
    ['a list', '[]', ['body'], zodMessage(z.object({}), [])],
    ['null', 'null', ['body'], zodMessage(z.object({}), null)],
  ])('an upload is rejected for %s', async (_what, raw, loc, msg) => {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await org.send('POST', `${org.plugins}/uploads`, { raw, headers });
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { error: { type: 'ValidationError' }, detail: [{ loc, msg }] },
    });
  });
});

describe('the version chosen by the server', () => {
  test('the version chosen by the server ignores rejected and deleted versions', async () => {
    const name = 'passing_ext';
    const rejected = await uploaded(org, { name, version: '3.0.0' }, new Uint8Array([1, 2, 3]));
    expect((await confirm(org, rejected)).status).toBe(400);
    expect((await openUpload(org, { name })).version).toBe('1.0.0');
    await publish(org, plugin({ name, version: '2.0.0' }));
    await org.del(`${org.plugins}/${name}_2_0_0`);
    expect((await openUpload(org, { name })).version).toBe('1.0.1');
  });

  test('the version chosen by the server is different for each of twenty concurrent requests', async () => {
    const requests = Array.from({ length: 20 }, () => openUpload(org, { name: 'racing_ext' }));
    const versions = (await Promise.all(requests)).map(({ version }) => version);
    const byNumber = versions.sort((a, b) => Number(a.split('.')[2]) - Number(b.split('.')[2]));
    expect(byNumber).toEqual(Array.from({ length: 20 }, (_, patch) => `1.0.${patch}`));
  });
});

describe('the plugin quota', () => {
  test('the plugin quota is ten by default', async () => {
    const usual = await organization();
    for (let i = 0; i < 10; i++) await publish(usual, plugin({ name: `plugin_${i}` }));
    const { body } = await usual.post(`${usual.plugins}/uploads`, { name: 'plugin_10' });
    expect(body).toMatchObject({ error: { details: { current_count: 10, max_allowed: 10 } } });
  });
});
