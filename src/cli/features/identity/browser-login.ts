// Gets a personal key by the browser: a person confirms in the console, whose page sends a one-time code to this machine's loopback
// address (RFC 8252 §7.3), or shows it to be pasted.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { z } from 'zod';
import type { components } from '../../../client/api.gen.d.ts';
import { SlipwayClient } from '../../../client/client.ts';
import { ConnectionError } from '../../../client/errors.ts';
import { serverCheckMs } from '../../../contract/limits/requests.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { BrowserLogin } from '../../connection/key-source.ts';
import { Failure, serverHint } from '../../terminal/failure.ts';
import { version } from '../../version.ts';

const loopback = '127.0.0.1';
const waitMs = 10 * 60_000;

export async function keyFromBrowser(login: BrowserLogin): Promise<components['schemas']['ApiKeyWithSecret']> {
  const { askCode, baseUrl, organization, show, signal } = login;
  await requireServer(baseUrl, signal);
  const verifier = newSecret();
  const name = hostname().slice(0, 100) || 'command line';
  const page = new URL(`${baseUrl}/cli-sign-in`);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = { name, code_challenge: challenge, ...(organization ? { organization } : {}) };
  page.search = new URLSearchParams(asked).toString();
  if (askCode) show(page.href);
  const code = askCode ? (await askCode()).trim() : await codeFromRedirect(page, login);
  const client = new SlipwayClient({ baseUrl, userAgent: `slipway-cli/${version}` });
  const body = { code, code_verifier: verifier, name };
  return client.post('/v1/sign-in/code', { body, signal, idempotencyKey: false });
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Waits for the console's page to send the browser to this machine with the code. */
async function codeFromRedirect(page: URL, { show, signal }: BrowserLogin): Promise<string> {
  const state = newSecret();
  const server = createServer();
  server.listen(0, loopback);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the loopback server has no port');
  page.searchParams.set('port', String(address.port));
  page.searchParams.set('state', state);
  try {
    return await new Promise<string>((resolve, reject) => {
      const timeout = AbortSignal.timeout(waitMs);
      timeout.addEventListener('abort', () => reject(nobodyConfirmed()));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      server.on('request', ({ url = '' }, response) => {
        const sent = new URLSearchParams(url.split('?')[1]);
        // Other pages and programs reach this port too, and must not end the sign-in.
        if (sent.get('state') !== state) return answer(response, 404, 'The command line expects another sign-in.');
        const code = sent.get('code');
        response.on('close', () => (code === null ? reject(cancelled()) : resolve(code)));
        answer(
          response,
          200,
          `The command line got ${code === null ? 'nothing' : 'its code'}. You can close this tab.`,
        );
      });
      show(page.href);
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      connection: 'close',
    })
    .end(`<!doctype html><html lang="en"><title>Slipway</title><p>${text}</p></html>\n`);
}

function nobodyConfirmed(): Failure {
  return new Failure('denied', `nobody confirmed in the browser within ${formatDuration(waitMs)}`, {
    title: 'Not authenticated',
    hint: 'Run the command again. With --no-browser, it works in a browser on another machine.',
  });
}

function cancelled(): Failure {
  return new Failure('denied', 'cancelled in the browser', { title: 'Not authenticated', hint: 'Run it again.' });
}

const health = z.object({ status: z.literal('ok') });

/** Checks that a Slipway responds at the URL, before a person is sent there. */
async function requireServer(url: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/healthz`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(serverCheckMs)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ConnectionError(url, cause);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && health.safeParse(body).success) return;
  throw new Failure('unreachable', `${url} does not respond as Slipway: GET /healthz returned ${response.status}`, {
    title: 'Server unreachable',
    hint: serverHint,
  });
}
