// Tests a self-hosted Slipway behind a TLS-terminating proxy: URLs for remote clients, and for clients on the same machine.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { clockAt, testApp } from '../support/deps.ts';
import { organization } from '../support/scenes/organization.ts';

const publicUrl = 'https://slipway.example.com:8443';
const hosts = new Set(['127.0.0.1', 'slipway.example.com']);
/** Plain HTTP with the client's host name, which is what the proxy forwards. */
const proxied = 'http://slipway.example.com:8443';
const local = 'http://127.0.0.1:8080';

const app = testApp({ publicUrl, hosts });
const org = await organization();

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const sent = { authorization: `Bearer ${org.key}`, 'content-type': 'application/json', ...headers };
  const response = await app.fetch(new Request(url, { method: 'POST', headers: sent, body: JSON.stringify(body) }));
  return { status: response.status, body: z.record(z.string(), z.unknown()).parse(await response.json()) };
}

const presignedOf = async (base: string, name: string) => {
  const { body } = await post(`${base}${org.plugins}/uploads`, { name });
  return String(body.presigned_url);
};

test.each([
  ['over the public URL', proxied, `${publicUrl}/_s3/`],
  ['on the machine itself', local, `${local}/_s3/`],
  ['through a forwarded port', 'http://localhost:9000', 'http://localhost:9000/_s3/'],
])('an upload URL requested %s points there', async (_, base, store) => {
  const url = await presignedOf(base, `asked_${base.length}`);
  expect(url.startsWith(store)).toBe(true);
  const { pathname, search } = new URL(url);
  const headers = { 'content-length': '3' };
  const sent = await app.fetch(new Request(`${base}${pathname}${search}`, { method: 'PUT', body: 'zip', headers }));
  expect(sent.status).toBe(200);
});

test('an upload URL for one address is not valid on the other', async () => {
  const { pathname, search } = new URL(await presignedOf(proxied, 'elsewhere'));
  const sent = await app.fetch(new Request(`${local}${pathname}${search}`, { method: 'PUT', body: 'zip' }));
  expect([sent.status, await sent.text()]).toEqual([403, expect.stringContaining('SignatureDoesNotMatch')]);
});

test.each([
  ['over the public URL', proxied, publicUrl],
  ['on the machine itself', local, local],
])('a sign-in link created %s points there', async (_, base, origin) => {
  const { status, body } = await post(`${base}/v1/session/links`, {});
  expect([status, String(body.url).split('/#link=')[0]]).toEqual([200, origin]);
});

test.each([
  ['a page of the public URL', publicUrl, 200],
  ['a page of the same name without TLS', proxied, 403],
  ['a page of another port', 'https://slipway.example.com', 403],
])('a session requested by a browser from %s is granted or refused (%s: %i)', async (_, origin, status) => {
  const headers = { origin, 'sec-fetch-site': 'same-origin' };
  expect((await post(`${proxied}/v1/session`, {}, headers)).status).toBe(status);
});

test('failed sign-ins over the public URL are counted by the client address that the proxy adds', async () => {
  const { fetch } = testApp({ publicUrl, hosts, clock: clockAt(Date.parse('2026-11-20T12:00:20Z')) });
  const guess = async (forwarded: string) => {
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': forwarded };
    return (await fetch(new Request(`${proxied}/v1/admin/organizations`, { headers }))).status;
  };
  const statuses = [];
  for (let i = 0; i < 41; i++) statuses.push(await guess(`10.0.0.${i}, 192.0.2.1`));
  expect([statuses.filter((status) => status === 401).length, statuses.at(-1)]).toEqual([40, 429]);
  expect(await guess('192.0.2.1, 192.0.2.2')).toBe(401);
});
