// Tests that an upload with a file that looks like a secret is rejected.
import { expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const secret = 'API_TOKEN=not-a-real-token\n';

test("an upload with a file that looks like a secret is rejected with the file's name, and its content is not kept", async () => {
  const org = await organization();
  const { name, zip } = plugin({ name: 'leaking_ext', files: { 'conf/.env': secret } });
  const upload = await uploaded(org, { name, version: '1.0.0' }, zip);
  const message =
    'conf/.env looks like a secret (an environment file). Leave it out with .gitignore or .slipwayignore. If it belongs in the version, publish with --include conf/.env, or list it in .slipwayinclude.';
  const { body, status, text } = await confirm(org, upload);
  expect({ status, body }).toMatchObject({
    status: 400,
    body: { violations: [{ rule: 'SLU102', severity: 'error', file: 'conf/.env', message }] },
  });
  expect(text).not.toContain('not-a-real-token');
  const kept = await org.get(`${org.plugins}/uploads/${upload.upload_id}`);
  expect([kept.status, kept.text.includes('conf/.env'), kept.text.includes('not-a-real-token')]).toEqual([
    200,
    true,
    false,
  ]);
});

test('an upload whose .slipwayinclude lists the file is published, and its source shows both', async () => {
  const org = await organization();
  const files = { 'conf/.env': secret, '.slipwayinclude': 'conf/.env\n' };
  await publish(org, plugin({ name: 'including_ext', files }));
  const { text } = await org.get(`${org.plugins}/including_ext_1_0_0/source`);
  expect(text).toContain('conf/.env');
  expect(text).toContain('.slipwayinclude');
});
