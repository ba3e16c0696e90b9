// The completion scripts, asked in the shells that are here.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcess } from './in-process.ts';
import { folderOf } from './slipway.ts';

const script = (await inProcess(['completion', 'bash'])).stdout;

function completions(line: string): string[] {
  const file = join(folderOf({ 'slipway.bash': script }), 'slipway.bash');
  const words = line.split(' ');
  const ask = `source ${file}; COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _slipway; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' }).trim().split(' ');
}

test.each([
  ['slipway pu', ['publish', 'push', 'pull']],
  ['slipway webhooks re', ['redeliver']],
  ['slipway plugin li', ['lint', 'list']],
  ['slipway init made --category ', ['text', 'image', 'video', 'audio', 'document', 'multimodal']],
  ['slipway init made --cat', ['--category']],
  ['slipway completion ', ['bash', 'zsh', 'fish', '--help']],
])('bash completes %j', (line, expected) => {
  expect(completions(line)).toEqual(expected);
});

test.each(['zsh', 'fish'])('%s has a script with every command', async (shell) => {
  const { stdout } = await inProcess(['completion', shell]);
  for (const name of ['init', 'webhooks listen', 'plugin push']) expect(stdout).toMatch(new RegExp(`["']${name}["']`));
});
