// Follows README.md's first five minutes, and compares its sample outputs with the real ones.
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { findCodeBlocks } from '../../scripts/site/code-blocks.ts';
import { withAnswers } from '../cli/at-terminal.ts';
import { ownVariables } from '../cli/slipway.ts';
import { documentedCommands } from '../documented-commands.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

const state = await newStateFolder();
/** The reader's home and working folder, with `slipway` in PATH. */
const home = mkdtempSync(join(tmpdir(), 'slipway-reader-'));
const env = ownVariables({ HOME: home, SLIPWAY_STATE: state, PATH: `${home}:${process.env.PATH}` });
const program = join(home, 'slipway');
let server: Slipway;

beforeAll(async () => {
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${inject('cli')}' "$@"\n`);
  chmodSync(program, 0o755);
  server = await startSlipway(state);
  await server.ready();
});

afterAll(async () => {
  await server.stop();
  await removeState(state);
  rmSync(home, { recursive: true, force: true });
});

const samples = findCodeBlocks('README.md', readFileSync('README.md', 'utf8')).filter(
  ({ language }) => language === 'text',
);

/** Returns the sample with this text, without what differs from run to run. */
function sample(part: string): string {
  const [found, ...others] = samples.filter(({ code }) => code.includes(part));
  expect([found === undefined, others]).toEqual([false, []]);
  return constant(found?.code ?? '');
}

/**
 * Replaces times, digests, IDs, ports, and what the machine is. The columns before a time vary with its length, and how many of a
 * deployment's states a follower sees depends on its speed.
 */
function constant(output: string): string {
  return output
    .replaceAll(/(^· accepted .*\n)(?:· .*\n)*(?=· promoted )/gm, '$1')
    .replaceAll(/ *\b(?:\d+ min )?\d+(?:\.\d+)? (?:ms|s|min)\b */g, ' TIME ')
    .replaceAll(/\b(ns|req)_(?:…|\w{26})/g, '$1_ID')
    .replaceAll(/\bsl_(?:…|\w+)/g, 'sl_SECRET')
    .replaceAll(/\bsha256:[0-9a-f]{12}\b/g, 'DIGEST')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replaceAll(/Python [\d.]+, sandbox \w+/g, 'Python VERSION, sandbox KIND');
}

/** Runs a command as a reader's shell does. Returns what both streams show. */
async function follow(command: string): Promise<string> {
  const child = spawn('sh', ['-c', `{ ${command}\n} 2>&1`], { cwd: home, env, stdio: ['ignore', 'pipe', 'inherit'] });
  return constant(await text(child.stdout));
}

const edit = (name: string, change: (text: string) => string) => {
  const file = join(home, 'my_plugin', name);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
};

/** Splits text at empty lines. Sorts each paragraph's lines, because parts start side by side. */
const paragraphs = (output: string) =>
  output
    .trim()
    .split('\n\n')
    .map((part) => part.split('\n').sort());

test('npm start prints the sample', async () => {
  await server.printed(/#link=.*\n/);
  const output = constant(server.output)
    .replace(state, '.slipway')
    .replace('console     up to date', 'console     built');
  expect(paragraphs(output)).toEqual(expect.arrayContaining(paragraphs(sample('Ready in'))));
});

test('the commands for a first plugin print the samples', async () => {
  const first = documentedCommands('README.md', 'slipway init my_plugin', { '--local .': `--local ${resolve('.')}` });
  const outputs: string[] = [];
  for (const line of first.split('\n')) if (line.startsWith('slipway ')) outputs.push(await follow(line));
  expect(outputs).toContain(sample('✓ published my_plugin'));

  edit('realtime.py', (code) => code.replace(/^(.*\n.*\n)/, '$1import subprocess\n'));
  expect(await follow('slipway publish my_plugin')).toBe(sample('Forbidden import'));

  edit('realtime.py', (code) => code.replace('import subprocess\n', ''));
  edit('manifest.py', (code) => code.replace('1.0.0', '1.1.0'));
  const [publish = '', diff = '', rollback = ''] = documentedCommands('README.md', 'slipway rollback').split('\n');
  expect([await follow(publish), await follow(diff)]).toEqual([
    expect.stringContaining('✓ my_plugin 1.1.0 is live'),
    expect.stringContaining('\n1.0.0 → 1.1.0: 1 file changed, +1 -1\n'),
  ]);
  const [, ...words] = rollback.replace(/ *#.*/, '').split(' ');
  const { shown, stdout } = await withAnswers([['[y/N] ', 'y\r']], words, env);
  expect(constant(shown + stdout)).toBe(sample('✓ rolled my_plugin back'));
});
