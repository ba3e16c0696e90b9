import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, loopback } from '../../../scripts/machine/ports.ts';
import { ownMigrations, writeDatabase } from '../../scripts/local/old-state.ts';
import { startSlipway, stateFolder } from '../slipway.ts';

async function takePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, loopback);
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return port;
}

async function refusal(env: (state: string) => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>, args?: string[]) {
  const state = await stateFolder();
  const slipway = await startSlipway(state, { env: await env(state), ...(args && { args }) });
  return slipway.ended();
}

test.each(['PORT', 'BUILDER_PORT'])('a %s in use is reported with the variable to set', async (name) => {
  const port = await takePort();
  expect(await refusal(() => ({ [name]: String(port) }))).toEqual({
    exitCode: 1,
    output: `slipway: port ${port} is in use. Set ${name} to another port, as in \`${name}=${port + 1} npm start\`.\n`,
  });
});

test('a missing Python is reported with the variable to set', async () => {
  expect(await refusal(() => ({ PYTHON: '/nowhere/python3' }))).toEqual({
    exitCode: 1,
    output: 'slipway: PYTHON=/nowhere/python3 does not run. Set PYTHON to the path of Python 3.11 or newer.\n',
  });
});

test('an outdated Python is reported with the required version', async () => {
  let python = '';
  const ended = await refusal(async (state) => {
    python = join(state, 'python3');
    await writeFile(
      python,
      `#!/bin/sh\necho '{"executable": "${python}", "files": [], "packages": [], "version": [3, 10, 4], "abi": "", "machine": "x86_64", "libc": ""}'\n`,
    );
    await chmod(python, 0o755);
    return { PYTHON: python };
  });
  expect(ended).toEqual({
    exitCode: 1,
    output: `slipway: ${python} is Python 3.10.4, which is too old. Set PYTHON to the path of Python 3.11 or newer.\n`,
  });
});

test("a state folder that can't be made is reported with the variable to set", async () => {
  const file = join(await stateFolder(), 'file');
  await writeFile(file, '');
  expect(await refusal(() => ({ SLIPWAY_STATE: join(file, 'state') }))).toEqual({
    exitCode: 1,
    output: `slipway: the state folder ${file}/state can't be written (ENOTDIR). Set SLIPWAY_STATE to a folder that you can write.\n`,
  });
});

test('an unknown flag is reported', async () => {
  expect(await refusal(() => ({}), ['--no-demon'])).toEqual({
    exitCode: 1,
    output: "slipway: Unknown option '--no-demon'\n",
  });
});

const forNewState =
  'Nothing was changed. To start with new state, move the folder away or set SLIPWAY_STATE to another one; `npm start -- --fresh` deletes the old state.\n';

/**
 * Starts on a folder with these files, and returns the outcome and what the folder contains afterwards. `{state}` in a text stands for
 * the folder.
 */
async function startOn(files: Record<string, string>) {
  const state = await stateFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(state, name)), { recursive: true });
    await writeFile(join(state, name), text);
  }
  const { exitCode, output } = await (await startSlipway(state)).ended();
  const names = (await readdir(state, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const left = await Promise.all(
    names.map(async ({ name, parentPath }) => {
      const path = join(parentPath, name);
      return [relative(state, path), await readFile(path, 'utf8')] as const;
    }),
  );
  return { exitCode, output: output.replaceAll(state, '{state}'), files: Object.fromEntries(left) };
}

test('a state folder from before 0.1.0 is refused and left unchanged', async () => {
  const files = {
    'secrets.json': '{"webhook_kek": "stays"}',
    'local.json': '{}',
    'platform/d1/one.sqlite': 'rows',
    'builder/data/one': 'data',
    'notes.txt': 'not of Slipway',
  };
  expect(await startOn(files)).toEqual({
    exitCode: 1,
    output: `slipway: the state folder {state} has no state.json: it is from a Slipway before 0.1.0, or \`--fresh\` was interrupted. This version can't use it. ${forNewState}`,
    files,
  });
});

test('a state folder with a newer format is refused and left unchanged', async () => {
  const files = { 'state.json': '{"format": 2}', 'secrets.json': '{}' };
  expect(await startOn(files)).toEqual({
    exitCode: 1,
    output: `slipway: the state folder {state} has the format 2 of a newer Slipway, and this one supports formats up to 1. Start the newer one. ${forNewState}`,
    files,
  });
});

test('a database that an older text of a migration made is refused, with what to do', async () => {
  const state = await stateFolder();
  await writeFile(join(state, 'state.json'), '{"format": 1}');
  writeDatabase(state, ownMigrations.slice(0, 1), 'drop table budgets');
  expect(await (await startSlipway(state)).ended()).toEqual({
    exitCode: 1,
    output: `slipway: the database in the state folder ${state} differs from what this version's migrations make: it lacks the table budgets. Another version or branch made it. Start that one, for example to save its plugins with \`slipway pull\` and publish them again. ${forNewState}`,
  });
});
