// Tests the CLI when npm starts it from a checkout, and when the reader of its output closes the pipe.
// @module-tag long
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderOf, slipway } from './slipway.ts';

const root = fileURLToPath(import.meta.resolve('../..'));
const script = `${root}/src/cli/main.ts`;

test("npm run resolves paths from the user's folder", async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n' });
  const asNpmDoes = { npm_lifecycle_event: 'slipway', INIT_CWD: cwd };
  expect(await slipway(['lint', '--format', 'github', 'a.py'], { cwd: root, env: asNpmDoes, script })).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^::error file=a\.py,line=1,/),
  });
});

test("another project's npm script resolves paths from its own folder", async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n' });
  const env = { npm_lifecycle_event: 'check', INIT_CWD: root };
  expect(await slipway(['lint', 'a.py'], { cwd, env, script })).toMatchObject({ code: 3, stderr: '' });
});

test('a closed pipe is not an error', async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n'.repeat(5000) });
  const child = spawn(process.execPath, [script, 'lint', 'a.py'], { cwd });
  const stderr: Buffer[] = [];
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, Buffer.concat(stderr).toString()]).toEqual([3, '']);
});
