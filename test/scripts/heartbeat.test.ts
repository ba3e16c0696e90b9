// Tests the clock of a local Slipway with a real HTTP server that answers like a Worker.
// @module-tag long
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startHeartbeat } from '../../scripts/local/heartbeat.ts';

test('the Worker is restarted after three consecutive failed health checks, and swept when a check succeeds', async () => {
  const events: string[] = [];
  const statuses = [503, 503, 200, 503, 503, 503];
  const server = createServer((_, response) => {
    const status = statuses.shift() ?? 200;
    events.push(String(status));
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    const { stop } = startHeartbeat({
      url: `http://127.0.0.1:${port}`,
      onLine: () => {},
      tick: async () => {
        events.push('tick');
        return false;
      },
      restart: () => {
        events.push('restart');
        resolve();
      },
    });
    onTestFinished(stop);
  });
  expect(events).toEqual(['503', '503', '200', 'tick', '503', '503', '503', 'restart']);
});
