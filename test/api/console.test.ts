// Tests the console's page and files: what the page may load and connect to, and that programs that ask for JSON don't get it.
import { expect, test } from 'vitest';
import { clientOf, origin } from '../support/client.ts';
import { testApp } from '../support/deps.ts';

const accept = 'text/html,application/xhtml+xml';
const page = '<!doctype html><title>Slipway</title>';

/** Creates an app whose console has one page and one file. */
function consoleApp() {
  const files: Record<string, string> = { '/console/': page, '/console/assets/main.js': 'export {};' };
  const { fetch } = testApp({
    assets: async ({ url }) => {
      const file = files[new URL(url).pathname];
      return new Response(file ?? null, { status: file === undefined ? 404 : 200 });
    },
  });
  return clientOf(null, fetch);
}

test.each(['/', '/sign-in', '/quotas', '/usage', '/calls/call_1', '/n/ns_1/plugins/echo'])(
  '%s is a page that connects only to this server and its store, cannot be framed, and makes no HTML from text',
  async (path) => {
    const { status, headers, text } = await consoleApp().send('GET', path, { headers: { accept } });
    expect([status, text]).toEqual([200, page]);
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self' http://slipway.test",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  },
);

test.each([undefined, '*/*', 'text/*', 'text/html, */*;q=0.1', 'application/json;q=0.1, text/html'])(
  'a client that accepts %s gets the page',
  async (accepted) => {
    const headers = accepted === undefined ? {} : { accept: accepted };
    const answers = ['/', '/n/ns_1/plugins'].map((path) => consoleApp().send('GET', path, { headers }));
    expect((await Promise.all(answers)).map(({ status, text }) => [status, text])).toEqual([
      [200, page],
      [200, page],
    ]);
  },
);

test('a HEAD request for a page has its status and headers', async () => {
  const { status, headers, text } = await consoleApp().send('HEAD', '/');
  expect([status, headers.get('cache-control'), text]).toEqual([200, 'no-cache', '']);
});

test.each(['application/json', 'application/json, text/plain, */*', 'application/problem+json'])(
  'a program that accepts %s gets the response for unknown paths instead of a page',
  async (accepted) => {
    const request = new Request(`${origin}/n/ns_1/plugins`, { headers: { accept: accepted } });
    const response = await consoleApp().fetch(request);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringContaining('json')]);
    expect(await response.text()).toContain('Path not found');
  },
);

test.each(['/n', '/other', '/v1/other', '/api/other', '/hooks/other', '/docs/other'])(
  '%s is not a page, even for a browser',
  async (path) => {
    const answer = await consoleApp().send('GET', path, { headers: { accept } });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toBe(page);
  },
);

test('files have a digest in their names and are cached; any other file is not found', async () => {
  const found = await consoleApp().get('/console/assets/main.js');
  expect([found.status, found.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await consoleApp().get('/console/assets/other.js')).status).toBe(404);
});
