// Tests creating an upload: its fields, its assigned version and the quota (mixpeek §4.1, D12, D13, D32).
import { describe, expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive, uploaded } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

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
});

describe('an upload is rejected', () => {
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
