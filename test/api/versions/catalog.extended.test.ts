// Tests which IDs are no version, and what stays when a later version is published or one is deleted.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

describe('a version', () => {
  test('a version never changes, even if a later version is published and deleted', async () => {
    const org = await organization();
    await publish(org, plugin());
    const before = await org.get(`${org.plugins}/hello_ext_1_0_0`);
    await publish(org, plugin({ version: '1.0.1' }));
    await org.del(`${org.plugins}/hello_ext_1_0_1`);
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0`)).text).toBe(before.text);
  });

  test.each([
    'hello_ext',
    'hello_ext_1_0',
    'hello_ext_1_0_1',
    'hello_ext_01_0_0',
    'hello_ext_1_0_0_',
    'HELLO_ext_1_0_0',
    'x_1_0_0',
    '1_0_0',
    'hello_ext_1_0_0%0A',
    '%00',
    'ü',
    '..%2f..',
  ])('a version is not found as %s', async (id) => {
    const org = await organization();
    await publish(org, plugin());
    const expected = decodeURIComponent(id);
    for (const { status, body } of [await org.get(`${org.plugins}/${id}`), await org.del(`${org.plugins}/${id}`)]) {
      expect({ status, body }).toMatchObject({
        status: 404,
        body: {
          error: { type: 'NotFoundError', details: { resource: 'plugin', id: expected } },
          detail: `Plugin not found: ${expected}`,
        },
      });
    }
  });
});

describe('deleting a version', () => {
  test('deleting a version allows its number to be published again, as a new record with other bytes', async () => {
    const org = await organization();
    await publish(org, plugin());
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    const republished = plugin({ files: { 'notes.txt': 'other' } });
    await publish(org, republished);
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0`)).body).toMatchObject({
      plugin: { code_hash: await sha256Hex(republished.zip), deployed: false },
    });
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0/status`)).body).toMatchObject({
      status: 'NOT_DEPLOYED',
      deployed: false,
      queued_at: null,
    });
  });
});
