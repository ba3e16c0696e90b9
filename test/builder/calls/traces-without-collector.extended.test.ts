// Tests calls while the collector of traces hangs, and on a builder without one.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { TestBuilder } from '../support.ts';
import { sampled, traced, traceId, traceOf } from './traced.ts';

test("a plugin on a builder without a collector finds the caller's trace, and none if it is missing or invalid", async () => {
  const plain = await TestBuilder.start();
  onTestFinished(() => plain.close());
  const id = await plain.run(traced);
  expect(await traceOf(plain, id, sampled)).toBe(sampled);
  expect(await traceOf(plain, id)).toBeNull();
  expect(await traceOf(plain, id, '00-nonsense')).toBeNull();
});

test('calls are answered while the collector hangs', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = z.object({ port: z.int() }).parse(silent.address());
  const beside = await TestBuilder.start({ env: { OTLP_URL: `http://127.0.0.1:${port}/v1/traces` } });
  const id = await beside.run(traced);
  const asked = once(silent, 'connection');
  expect(await traceOf(beside, id, sampled)).toContain(traceId);
  await asked;
  for (let i = 0; i < 20; i++) expect(await traceOf(beside, id, sampled)).toContain(traceId);
  silent.close();
  for (const socket of sockets) socket.destroy();
  await beside.close();
});
