// Tests creating an upload: its fields, its assigned version and the quota (mixpeek §4.1, D12, D13, D32).
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { uploadBytesMax } from '../../../src/contract/limits/archives.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive, uploaded } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { zodMessage } from '../../support/zod-message.ts';

const org = await organization({ pluginsPerNamespace: 1000 });

describe('an upload', () => {
  test('a created upload returns a URL for the PUT, with its expiry', async () => {
    const before = Date.now();
    const { status, body } = await org.post(`${org.plugins}/uploads`, { name: 'told_ext', version: '1.2.3' });
    expect(status).toBe(200);
    expect(body).toEqual({
      upload_id: expect.stringMatching(/^plu_[0-9a-z]{26}$/),
      presigned_url: expect.stringMatching(
        /^http:\/\/slipway\.test\/_s3\/slipway-archives\/uploads\/plu_[0-9a-z]{26}\?/,
      ),
      s3_key: expect.stringMatching(new RegExp(`^${org.namespaceId}/plugins/plu_[0-9a-z]{26}/told_ext_1_2_3\\.zip$`)),
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      organization_id: org.id,
      namespace_id: org.namespaceId,
      name: 'told_ext',
      version: '1.2.3',
      plugin_id: 'told_ext_1_2_3',
    });
    const { expires_at } = Object(body);
    expect(Date.parse(expires_at) - before).toBeGreaterThanOrEqual(3_600_000);
    expect(Date.parse(expires_at) - Date.now()).toBeLessThanOrEqual(3_600_000);
  });

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

  test('an upload is rejected with a list of all invalid fields', async () => {
    const { body } = await org.post(`${org.plugins}/uploads`, { version: 'x', description: 1, file_size_bytes: 0 });
    expect(body).toMatchObject({
      detail: [
        { loc: ['body', 'name'] },
        { loc: ['body', 'version'] },
        { loc: ['body', 'description'] },
        { loc: ['body', 'file_size_bytes'] },
      ],
    });
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

  test('an upload is rejected if its body is too large', async () => {
    const { status, body } = await org.post(`${org.plugins}/uploads`, {
      name: 'valid_ext',
      padding: 'x'.repeat(256 * 1024),
    });
    expect({ status, body }).toMatchObject({
      status: 413,
      body: { error: { type: 'PayloadTooLargeError' }, detail: "This request's body is larger than 262144 bytes" },
    });
  });
});

describe('the version chosen by the server', () => {
  test('the version chosen by the server is first 1.0.0, then the next patch version', async () => {
    const name = 'bumped_ext';
    expect((await openUpload(org, { name })).version).toBe('1.0.0');
    expect((await openUpload(org, { name })).version).toBe('1.0.1');
  });

  test('the version chosen by the server follows the highest accepted or open version, compared numerically', async () => {
    const name = 'followed_ext';
    await publish(org, plugin({ name, version: '1.9.0' }));
    expect((await openUpload(org, { name })).version).toBe('1.9.1');
    await openUpload(org, { name, version: '1.10.4' });
    expect((await openUpload(org, { name })).version).toBe('1.10.5');
    await openUpload(org, { name, version: '0.99.99' });
    expect((await openUpload(org, { name })).version).toBe('1.10.6');
  });

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

describe('a taken version number', () => {
  const taken = (owner: Organization, version: string) =>
    owner.post(`${owner.plugins}/uploads`, { name: 'taken_ext', version });
  const detail = 'Plugin taken_ext@1.0.0 already exists in this namespace';

  test('a version number is rejected once it is accepted, in any notation', async () => {
    await openUpload(org, { name: 'taken_ext', version: '1.0.0' });
    await publish(org, plugin({ name: 'taken_ext' }));
    for (const version of ['1.0.0', 'v1', '1.0']) {
      const { status, body } = await taken(org, version);
      expect({ status, body }).toMatchObject({
        status: 409,
        body: {
          error: { type: 'ConflictError', message: detail, details: { resource: 'plugin', id: 'taken_ext_1_0_0' } },
          detail,
        },
      });
    }
    expect((await taken(org, '1.0.1')).status).toBe(200);
  });

  test('a version number is free again after its version is deleted', async () => {
    const { namespaceId } = org;
    await org.del(`${org.plugins}/taken_ext_1_0_0`);
    expect((await taken(org, '1.0.0')).body).toMatchObject({ version: '1.0.0', namespace_id: namespaceId });
  });

  test('a version number is taken only for its own plugin name', async () => {
    await publish(org, plugin({ name: 'cased_ext' }));
    expect((await openUpload(org, { name: 'Cased_ext', version: '1.0.0' })).plugin_id).toBe('Cased_ext_1_0_0');
  });
});

describe('the plugin quota', () => {
  const message =
    'This namespace has 1 of 1 plugins. Delete every version of a plugin you no longer need: `slipway delete NAME --all`.';
  const refused = {
    status: 403,
    body: {
      error: { type: 'QuotaExceededError', message, details: { current_count: 1, max_allowed: 1 } },
      detail: { message, type: 'QuotaExceededError', details: { current_count: 1, max_allowed: 1 } },
    },
  };

  test('the plugin quota counts names with an accepted version, not uploads or versions', async () => {
    const small = await organization({ pluginsPerNamespace: 1 });
    await openUpload(small, { name: 'first_ext' });
    await publish(small, plugin({ name: 'first_ext' }));
    await publish(small, plugin({ name: 'first_ext', version: '1.1.0' }));
    const { status, body } = await small.post(`${small.plugins}/uploads`, { name: 'second_ext' });
    expect({ status, body }).toMatchObject(refused);
    for (const version of ['1_0_0', '1_1_0']) await small.del(`${small.plugins}/first_ext_${version}`);
    await publish(small, plugin({ name: 'second_ext' }));
  });

  test('the plugin quota is ten by default', async () => {
    const usual = await organization();
    for (let i = 0; i < 10; i++) await publish(usual, plugin({ name: `plugin_${i}` }));
    const { body } = await usual.post(`${usual.plugins}/uploads`, { name: 'plugin_10' });
    expect(body).toMatchObject({ error: { details: { current_count: 10, max_allowed: 10 } } });
  });

  test('the plugin quota is checked again at confirm, which leaves the upload open', async () => {
    const small = await organization({ pluginsPerNamespace: 1 });
    const first = await uploaded(small, { name: 'first_ext' }, plugin({ name: 'first_ext' }).zip);
    const second = await openUpload(small, { name: 'second_ext' });
    await putArchive(second, plugin({ name: 'second_ext' }).zip);
    expect((await confirm(small, first)).status).toBe(200);
    const { status, body } = await confirm(small, second);
    expect({ status, body }).toMatchObject(refused);
    await small.del(`${small.plugins}/first_ext_1_0_0`);
    expect((await confirm(small, second)).status).toBe(200);
  });

  test('a plugin quota of zero rejects every upload', async () => {
    const none = await organization({ pluginsPerNamespace: 0 });
    const { body } = await none.post(`${none.plugins}/uploads`, { name: 'first_ext' });
    expect(body).toMatchObject({ error: { details: { current_count: 0, max_allowed: 0 } } });
  });
});
