// Runs `slipway webhooks listen` against a local server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { endAll } from '../../../e2e/processes.ts';
import { type Slipway, startSlipway } from '../../../e2e/slipway.ts';
import { waitFor } from '../../../support/waiting.ts';

const state = mkdtempSync(join(tmpdir(), 'slipway-e2e-listen-'));
const env = { SLIPWAY_STATE: state };
let server: Slipway;

beforeAll(async () => {
  server = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
  await server.ready();
});

afterAll(async () => {
  await server.stop();
  await endAll(state);
  rmSync(state, { recursive: true, force: true });
});

test('slipway listen prints deliveries and removes its endpoint', async () => {
  const args = ['webhooks', 'listen', '--json', '--events', 'namespace.created'];
  const child = spawn(process.execPath, [inject('cli'), ...args], { env: { ...process.env, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output.text += chunk));
  const until = (text: string) => waitFor(() => expect(output.text).toContain(text), { interval: 50 });
  await until('listening on');
  expect(await inProcess(['namespaces', 'create', 'heard'], env)).toMatchObject({ exit: 'done' });
  await until('{"verified":true,"body":{');
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  expect([code, JSON.parse((await inProcess(['webhooks', 'list', '--json'], env)).stdout).results]).toEqual([130, []]);
});
