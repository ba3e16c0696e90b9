// Tests over HTTP which files of an archive are served as a README's pictures, and how.
import { expect, test } from 'vitest';
import { readmeLimits } from '../../../../src/contract/features/readme/limits.ts';
import { joined, noise } from '../../../support/bytes.ts';
import { clientOf } from '../../../support/client.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { publisher } from '../scenes/images.ts';
import { pictures } from '../scenes/pictures.ts';

async function bytesAt({ fetch, key }: Organization, path: string): Promise<Uint8Array> {
  const request = new Request(`http://slipway.test${path}`, { headers: { authorization: `Bearer ${key}` } });
  return new Uint8Array(await (await fetch(request)).arrayBuffer());
}

test.each([
  ['docs/a b.png', pictures.png, 'image/png'],
  ['photo.jpg', pictures.jpeg, 'image/jpeg'],
  ['old.gif', pictures.gif87, 'image/gif'],
  ['new.gif', pictures.gif89, 'image/gif'],
  ['small.webp', pictures.webp, 'image/webp'],
  ['misnamed.txt', pictures.png, 'image/png'],
])('%s is served with its recognized type, and cannot become anything else', async (path, bytes, type) => {
  const { org, pathOf, etag } = await publisher({ [path]: bytes });
  const { status, headers } = await org.get(pathOf(path));
  expect({ status, ...Object.fromEntries(headers) }).toMatchObject({
    status: 200,
    'content-type': type,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': 'inline',
    'cache-control': 'private, no-cache',
    etag,
  });
  expect(await bytesAt(org, pathOf(path))).toEqual(bytes);
});

test("a picture has the archive's digest as its ETag, which a client can revalidate", async () => {
  const { org, pathOf, etag } = await publisher({ 'logo.png': pictures.png });
  const again = await org.send('GET', pathOf('logo.png'), { headers: { 'if-none-match': etag } });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('a picture without a path is an invalid request', async () => {
  const { org, pathOf } = await publisher({ 'logo.png': pictures.png });
  expect(await org.get(pathOf('logo.png').split('?')[0] ?? '')).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ['query', 'path'] }] },
  });
});

test("another organization's picture is hidden", async () => {
  const { pathOf } = await publisher({ 'logo.png': pictures.png });
  expect((await (await organization()).get(pathOf('logo.png'))).status).toBe(404);
});

test('a browser that is signed in shows a picture in a page, without a header of its own', async () => {
  const { org, pathOf } = await publisher({ 'logo.png': pictures.png });
  const signedIn = await org.send('POST', '/v1/session');
  const cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const browser = clientOf(null, org.fetch);
  const headers = { cookie, accept: 'image/*', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' };
  const from = (site: string) =>
    browser.send('GET', pathOf('logo.png'), { headers: { ...headers, 'sec-fetch-site': site } });
  expect((await from('same-origin')).status).toBe(200);
  expect((await from('cross-site')).status).toBe(403);
});

test.each([
  [0, 200],
  [1, 404],
])('a picture of 1 MiB and %i bytes is answered with %i', async (more, expected) => {
  const rest = noise(readmeLimits.pictureBytes - pictures.png.length + more);
  const { org, pathOf } = await publisher({ 'logo.png': joined([pictures.png, rest]) });
  expect((await org.get(pathOf('logo.png'))).status).toBe(expected);
});
