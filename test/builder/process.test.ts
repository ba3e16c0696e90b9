// Tests the builder process: its requirements for starting, and that nothing outlives it.
import { describe, expect, test } from 'vitest';
import { expectNoWorkersAfter, failedStart, fakePython } from './process-support.ts';

describe("the builder's end", () => {
  test('no worker is left behind when the builder ends with SIGKILL', async () => {
    await expectNoWorkersAfter((builder) => builder.kill('SIGKILL'));
  });
});

describe("a builder that can't start reports the reason in one line and exits with 1", () => {
  const old = fakePython('3.10.12');
  const hint = 'Set PYTHON to the path of Python 3.11 or newer.';

  test.each([
    ['without a token', { BUILDER_TOKEN: '' }, 'BUILDER_TOKEN is missing or invalid.'],
    [
      'with a state folder that it cannot make',
      { BUILDER_STATE: '/dev/null/state' },
      "can't start with the state folder /dev/null/state: ENOTDIR: not a directory, mkdir '/dev/null/state'",
    ],
    ['without Python', { PYTHON: '/nowhere/python3' }, `PYTHON=/nowhere/python3 does not run. ${hint}`],
    ['with an old Python', { PYTHON: old }, `${old} is Python 3.10.12, which is too old. ${hint}`],
  ])("a builder that can't start reports the reason in one line and exits with 1: %s", async (_, env, reason) => {
    expect(await failedStart(env)).toEqual({ code: 1, stderr: `builder: ${reason}\n` });
  });
});
