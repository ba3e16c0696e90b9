// Tests the completion scripts in the installed shells.
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pluginNames } from '../../../src/cli/set-up/completion-script.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf } from '../slipway.ts';

const script = (await inProcess(['completion', 'bash'])).stdout;

function completions(line: string): string[] {
  // Replaces the command that the script runs to get plugin names.
  const folder = folderOf({
    'slipway.bash': script,
    slipway: '#!/bin/sh\n[ "$1" = __plugins ] && echo notes notes@1.0.0',
  });
  const file = join(folder, 'slipway.bash');
  chmodSync(join(folder, 'slipway'), 0o755);
  const words = line.split(' ');
  const ask = `source ${file}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _slipway; echo "\${COMPREPLY[@]}"`;
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
  return execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8', env }).trim().split(' ');
}

test.each([
  ['slipway pu', ['pull', 'publish', 'push']],
  ['slipway keys r', ['rotate', 'revoke']],
  ['slipway plugin li', ['lint', 'list']],
  ['slipway init made --category ', ['text', 'image', 'video', 'audio', 'document', 'multimodal']],
  ['slipway init made --cat', ['--category']],
  ['slipway show no', ['notes', 'notes@1.0.0']],
  ['slipway plugin show --k', ['--kind']],
  ['slipway completion ', ['bash', 'zsh', 'fish', 'powershell', '--help']],
])('bash completes %j', (line, expected) => {
  expect(completions(line)).toEqual(expected);
});

test('plugin names are cached for a minute, and errors are ignored', async () => {
  const plugins = [
    { name: 'notes', version: '1.0.0' },
    { name: 'notes', version: '1.0.1' },
  ];
  await using server = await scriptedServer({ body: { plugins } }, { status: 500 });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', XDG_CACHE_HOME: folderOf({}) };
  const namesIn = (SLIPWAY_NAMESPACE = 'ns_any') =>
    pluginNames({ ...env, SLIPWAY_NAMESPACE }, AbortSignal.timeout(30_000));
  const names = ['notes', 'notes@1.0.0', 'notes@1.0.1'];
  expect([await namesIn(), await namesIn(), server.received.length]).toEqual([names, names, 1]);
  expect(await namesIn('ns_other')).toEqual([]);
});

test.each(['zsh', 'fish'])('the %s script has every command', async (shell) => {
  const { stdout } = await inProcess(['completion', shell]);
  for (const name of ['init', 'keys create', 'plugin push']) expect(stdout).toMatch(new RegExp(`["']${name}["']`));
});
