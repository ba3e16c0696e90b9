import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, loopback } from '../../scripts/local/ports.ts';
import { startSlipway, stateFolder } from './slipway.ts';

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

test('an unknown flag is reported', async () => {
  expect(await refusal(() => ({}), ['--no-demon'])).toEqual({
    exitCode: 1,
    output: "slipway: Unknown option '--no-demon'\n",
  });
});
