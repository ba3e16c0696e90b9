// Tests publishing a plugin whose errors are waived, with the CLI against a local server.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slipway } from '../../../cli/slipway.ts';
import { endAll } from '../../../e2e/processes.ts';
import { type Slipway, startSlipway } from '../../../e2e/slipway.ts';

const state = mkdtempSync(join(tmpdir(), 'slipway-e2e-waivers-'));
/** The author's working folder. */
const cwd = mkdtempSync(join(tmpdir(), 'slipway-author-'));
const env = { SLIPWAY_STATE: state };
let server: Slipway;

beforeAll(async () => {
  server = await startSlipway(state);
  await server.ready();
});

afterAll(async () => {
  await server.stop();
  await endAll(state);
  for (const folder of [state, cwd]) rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => slipway(args, { cwd, env });

test('a plugin with errors is published with --waived once a waiver covers them', async () => {
  expect((await run('init', 'notes', '--category', 'text')).code).toBe(0);
  appendFileSync(join(cwd, 'notes/processors/core.py'), 'eval("1")\n');
  expect(await run('publish', 'notes', '--waived')).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('✗ Security scan failed: 1 violation'),
  });
  expect((await run('waivers', 'grant', 'notes', 'SLP201', '--reason', 'reviewed')).code).toBe(0);
  expect((await run('publish', 'notes', '--waived', '--no-deploy')).stdout).toBe('✓ published notes 1.0.0\n');
});
