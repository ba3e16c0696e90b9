// Checks that the npm package contains everything the CLI needs to run without node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { version } from '../../src/cli/version.ts';
import { folderOf } from './slipway.ts';

const root = fileURLToPath(import.meta.resolve('../..'));

test('the bundle runs without installed packages', () => {
  execFileSync(process.execPath, ['scripts/bundle-cli.ts'], { cwd: root });
  const cwd = folderOf({
    'a.py': `eval("1")\n${'x = [1, 2, 3]\n'.repeat(100_000)}`,
    'b.py': 'x = 1\n'.repeat(200_000),
  });
  for (const name of ['package.json', 'dist/cli']) cpSync(join(root, name), join(cwd, name), { recursive: true });
  const env = { PATH: process.env.PATH, HOME: cwd };
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(cwd, 'dist/cli/slipway.js'), ...args], { cwd, env, encoding: 'utf8' });
  expect(run('--version')).toBe(`${version}\n`);
  run('init', 'made');
  // Large enough for two threads.
  expect(run('lint', 'made', 'b.py', '--threads', '2')).toContain('✓ clean: 8 files');
  expect(run('test', 'made', '--sample-data', 'made/tests/sample.json')).toContain('✓ made 1.0.0 passed');
});
