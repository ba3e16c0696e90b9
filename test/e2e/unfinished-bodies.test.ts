// Tests bodies that never end, over real connections, and how much memory workerd uses for them.
// @module-tag long
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { Local } from '../../scripts/local/organization.ts';
import { loopback } from '../../scripts/machine/ports.ts';
import { waitFor } from '../support/waiting.ts';
import { listProcesses } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const bodyBytes = 8_000_000;
const MiB = 1024 * 1024;

/** Returns workerd's resident memory, in bytes. */
function memoryOf(state: string): number {
  const { pid } = listProcesses(state).find(({ command }) => /workerd serve/.test(command)) ?? {};
  const [, kib = '0'] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

function pathOf({ namespace_id }: Local): string {
  return `/v1/namespaces/${namespace_id}/plugins/nothing_1_0_0/realtime/test`;
}

interface Unfinished {
  socket: Socket;
  /** Returns the response status. */
  status(): string | undefined;
}

/** Sends a call except for its last bytes, and keeps the connection open. */
function sendUnfinished(local: Local): Unfinished {
  const { hostname, port } = new URL(local.url);
  const socket = connect(Number(port), hostname === 'localhost' ? loopback : hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => {}); // the server closes the connection after its response
  const head = [
    `POST ${pathOf(local)} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${local.api_key}`,
    `content-length: ${bodyBytes}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(Buffer.alloc(bodyBytes - 1, ' '));
  return { socket, status: () => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] };
}

async function call(local: Local, body: string): Promise<number> {
  const headers = { authorization: `Bearer ${local.api_key}` };
  const response = await fetch(local.url + pathOf(local), { method: 'POST', headers, body });
  await response.body?.cancel();
  return response.status;
}

test('160 calls of 8 MB that never end use bounded memory, other calls are answered, and calls that are cut off release their memory', async () => {
  const state = await stateFolder();
  const local = await (await startSlipway(state)).ready();
  expect(await call(local, '{}')).toBe(404);
  const before = memoryOf(state);
  const calls = Array.from({ length: 160 }, () => sendUnfinished(local));
  await waitFor(() => expect(calls.filter(({ status }) => status() === '503').length).toBeGreaterThan(100), {
    interval: 500,
  });
  expect(await call(local, '{}')).toBe(404);
  expect(memoryOf(state) - before).toBeLessThan(300 * MiB);
  const again = Array.from({ length: 20 }, () => sendUnfinished(local));
  for (const { socket } of [...calls, ...again]) socket.destroy();
  expect(await call(local, JSON.stringify({ inputs: { text: 'x'.repeat(bodyBytes) } }))).toBe(404);
});
