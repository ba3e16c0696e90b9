// Publishes a plugin to an installation, calls it and deletes it, using the same command line as users.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../../src/core/quantities.ts';
import type { Print } from '../machine/terminal.ts';
import { SetupFailure } from './cloudflare.ts';

const commandLine = resolve(fileURLToPath(import.meta.url), '../../../src/cli/main.ts');

export async function smokeTest(url: string, key: string, print: Print): Promise<void> {
  const name = `smoke_${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-smoke-'));
  const slipway = (...args: string[]) => runCommand(folder, { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: key }, args);
  const timed = async (step: string, ...args: string[]) => {
    const startedAt = performance.now();
    await slipway(...args);
    print(`  ✓ smoke test: ${step} (${formatDuration(performance.now() - startedAt)})`);
  };
  try {
    await slipway('init', name);
    await timed('published and deployed', 'publish', name);
    try {
      await timed('called', 'invoke', name, '-d', '{"text": "hello"}');
    } finally {
      await timed('deleted', 'delete', `${name}@1.0.0`, '--yes');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Keeps the operator's own command-line settings from applying. */
async function runCommand(folder: string, environment: Record<string, string>, args: string[]): Promise<void> {
  const child = spawn(process.execPath, [commandLine, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment, XDG_CONFIG_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = new Promise<number | null>((done, reject) => child.on('close', done).on('error', reject));
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code !== 0)
    throw new SetupFailure(`The smoke test failed at \`slipway ${args.join(' ')}\`:\n${out}${errors}`.trimEnd());
}
