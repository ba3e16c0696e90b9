// Tests that an upload can be read after its confirmation: what became of it, and by which findings it was rejected.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const app = testApp({});

test('the findings of a rejected upload are those that its confirmation returned', async () => {
  const org = await organization({ fetch: app.fetch });
  const { zip } = plugin({ name: 'bad_ext', files: { 'helper.py': 'eval(input())\n' } });
  const upload = await uploaded(org, { name: 'bad_ext' }, zip);
  const rejected = await confirm(org, upload);
  expect(rejected.status).toBe(400);
  const { body } = await org.get(`${org.plugins}/uploads/${upload.upload_id}`);
  expect(body).toEqual({
    upload_id: upload.upload_id,
    name: 'bad_ext',
    version: '1.0.0',
    plugin_id: null,
    status: 'rejected',
    rejected_because: 'content',
    message: null,
    findings: Object(rejected.body).violations,
    created_by: { type: 'key', id: expect.any(String) },
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
});

test('a published upload names its version; an open one has nothing yet', async () => {
  const org = await organization({ fetch: app.fetch });
  const upload = await uploaded(org, { name: 'good_ext' }, plugin({ name: 'good_ext' }).zip);
  const path = `${org.plugins}/uploads/${upload.upload_id}`;
  expect((await org.get(path)).body).toMatchObject({ status: 'open', plugin_id: null, findings: [] });
  await confirm(org, upload);
  expect((await org.get(path)).body).toMatchObject({ status: 'accepted', plugin_id: 'good_ext_1_0_0', findings: [] });
});
