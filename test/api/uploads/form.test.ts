// Tests publishing with one multipart form (mixpeek §5, row 3).
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

async function publishForm(org: Organization, fields: Record<string, string>, file: Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new File([file], 'plugin.zip'));
  const encoded = new Response(form);
  const raw = new Uint8Array(await encoded.arrayBuffer());
  const headers = {
    'content-type': encoded.headers.get('content-type') ?? '',
    'content-length': String(raw.byteLength),
  };
  return org.send('POST', org.plugins, { raw, headers });
}

test('a form without a version gets the next version, and its message appears in the history', async () => {
  const org = await organization();
  const { zip } = plugin({ name: 'form_ext', version: '1.0.0' });
  const first = await publishForm(org, { name: 'form_ext', message: 'first of all' }, zip);
  expect([first.status, first.body]).toEqual([200, expect.objectContaining({ success: true })]);
  const history = await org.get(`${org.plugins}/by-name/form_ext/versions`);
  expect(history.text).toContain('"first of all"');
});
