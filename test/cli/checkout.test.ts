// How the command line is reached from a checkout, and left by a reader who has seen enough.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { folderOf, slipway } from './slipway.ts';

const root = fileURLToPath(import.meta.resolve('../..'));

test('npm run means paths from where the user is', async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n' });
  const asNpmDoes = { npm_lifecycle_event: 'slipway', INIT_CWD: cwd };
  expect(await slipway(['lint', '--format', 'github', 'a.py'], { cwd: root, env: asNpmDoes })).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^::error file=a\.py,line=1,/),
  });
});

test("another project's npm script means paths from its own folder", async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n' });
  const env = { npm_lifecycle_event: 'check', INIT_CWD: root };
  expect(await slipway(['lint', 'a.py'], { cwd, env })).toMatchObject({ code: 3, stderr: '' });
});

test('a reader that goes away is no failure', async () => {
  const cwd = folderOf({ 'a.py': 'eval("1")\n'.repeat(5000) });
  const child = spawn(process.execPath, [`${root}/src/cli/main.ts`, 'lint', 'a.py'], { cwd });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk) => said.push(chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, Buffer.concat(said).toString()]).toEqual([3, '']);
});
