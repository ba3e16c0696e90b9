// Tests uploads while the store's disk is full.
import { expect, test } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { openUpload } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

test('a store that is full refuses an archive with 503, the reason and when to retry', async () => {
  const put: R2Bucket['put'] = async () => {
    throw new Error('put: Unspecified error (0)');
  };
  const { deps } = testApp();
  const { fetch } = testApp({ blobs: Object.create(deps.blobs, { put: { value: put } }) });
  const org = await organization({ fetch });
  const { name, zip } = plugin();
  const { presigned_url: url } = await openUpload(org, { name });
  const response = await fetch(
    new Request(url, { method: 'PUT', body: zip, headers: { 'content-length': String(zip.length) } }),
  );
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.text()).toContain('The store of archives failed, perhaps because its disk is full');
});
