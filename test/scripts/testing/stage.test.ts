// Tests staging a release package, which happens once, however often the workflow runs. An `npm` program that answers like npm stands
// in for the registry.
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const name = '@slipway-registry/cli@0.1.0';

/**
 * Runs the script with an npm whose `view` and `stage` end in this way. Returns the script's exit code and output, and the npm
 * commands.
 */
async function stage(view: number, staged: { exit: number; says?: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-stage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const log = join(folder, 'log');
  const program = `#!/bin/sh
echo "$*" >> ${log}
[ "$1" = view ] && exit ${view}
echo '${staged.says ?? ''}' >&2
exit ${staged.exit}
`;
  await writeFile(join(folder, 'npm'), program);
  await chmod(join(folder, 'npm'), 0o755);
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  const ran = await promisify(execFile)(
    process.execPath,
    [resolve('scripts/release/stage.ts'), name, './slipway.tgz'],
    { env },
  ).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
  return { ...ran, asked: (await readFile(log, 'utf8')).trim().split('\n') };
}

const asked = [`view ${name} version`, 'stage publish ./slipway.tgz'];

test('a version missing from the registry is staged', async () => {
  expect(await stage(1, { exit: 0 })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${name} is staged. Approve it`),
    asked,
  });
});

test('a published version is not staged again', async () => {
  expect(await stage(0, { exit: 1 })).toMatchObject({
    code: 0,
    stdout: `${name} is already published.\n`,
    asked: asked.slice(0, 1),
  });
});

test.each([
  'npm error code E409',
  'npm error code EPUBLISHCONFLICT',
  'npm error 403 You cannot publish over the previously staged versions: 0.1.0.',
])('a staged version counts as done when npm says %s', async (says) => {
  expect(await stage(1, { exit: 1, says })).toMatchObject({
    code: 0,
    stdout: `${name} is already staged. Approve it on npmjs.com.\n`,
  });
});

test("any other failure ends the workflow with npm's reason", async () => {
  const says = 'npm error code ENEEDAUTH';
  expect(await stage(1, { exit: 3, says })).toMatchObject({ code: 3, stderr: `${says}\n` });
});
