// Tests an instance's secrets: what its plugin reads, and where the secrets must not appear.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../../support/waiting.ts';
import { liveFiles, liveText, processText } from '../live-files.ts';
import { eventually, type Files, TestBuilder } from '../support.ts';

const secret = 'kQ7-secret-of-the-tests-"é"-41';
const key = ['-----BEGIN KEY-----', 'MIIEvQIBADANBgkqhkiG9w0B', '-----END KEY-----'].join('\n');

const realtime = `import base64
import json
import os
import sys
from shared.plugins.secrets import SecretUnavailable, get

print("imported with", get("TOKEN"))


class SecretInferenceService:
    async def run_inference(self, inputs, parameters):
        return getattr(self, inputs["do"])(**inputs.get("with", {}))

    def read(self, name):
        try:
            return {"value": get(name)}
        except SecretUnavailable as error:
            return {"error": str(error)}

    def look(self):
        found = []
        for path in ("/proc/self/environ", "/proc/self/cmdline"):
            try:
                found.append(open(path, "rb").read().decode("utf-8", "replace"))
            except OSError:
                pass
        return {"environment": dict(os.environ), "arguments": sys.argv, "files": found}

    def print(self, parts):
        for part in parts:
            sys.stdout.write(part)
            sys.stdout.flush()
        return {}

    def encode(self):
        token = get("TOKEN")
        print(json.dumps({"token": token}))
        print(repr(token), base64.b64encode(token.encode()).decode(), token.encode().hex())
        return {}

    def fail(self):
        raise ValueError("refused: " + get("TOKEN"))

    def die(self):
        os._exit(3)
`;

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

let count = 0;

async function started(secrets: Record<string, string>, files: Files = { 'realtime.py': realtime }) {
  const id = `dep_secret_${count++}`;
  const spec = { ...(await builder.putPlugin(files)), secrets };
  return { id, spec, last: (await builder.put(id, spec)).at(-1) };
}

test('a plugin can read the secrets in its spec, both during its import and in calls', async () => {
  const { id } = await started({ TOKEN: secret, KEY: key });
  expect(await builder.result(id, { do: 'read', with: { name: 'TOKEN' } })).toEqual({ value: secret });
  expect(await builder.result(id, { do: 'read', with: { name: 'KEY' } })).toEqual({ value: key });
  expect(await builder.result(id, { do: 'read', with: { name: 'OTHER' } })).toEqual({
    error:
      'this process has no secret \'OTHER\' (it has: KEY, TOKEN). A trial before approval has none; for other calls, ask for it in manifest.py: permissions = {"secrets": ["OTHER"]}',
  });
});

test('a process that replaces a crashed one also has the secrets', async () => {
  const { id } = await started({ TOKEN: secret });
  await builder.invoke(id, { do: 'die' });
  expect(await builder.result(id, { do: 'read', with: { name: 'TOKEN' } })).toEqual({ value: secret });
});

test('a secret is in no environment, argument or file of the builder and its processes', async () => {
  const { id } = await started({ TOKEN: secret });
  expect(JSON.stringify(await builder.result(id, { do: 'look' }))).not.toContain('kQ7-secret');
  const pids = [builder.process.pid ?? 0, ...builder.workers()];
  expect(pids.length).toBeGreaterThan(1);
  for (const pid of pids) {
    expect(processText(pid, 'cmdline')).not.toContain('kQ7-secret');
    expect(processText(pid, 'environ')).not.toContain('kQ7-secret');
  }
  expect(liveFiles(builder.stateFolder).filter((path) => liveText(path).includes('kQ7-secret'))).toEqual([]);
});

test('a running instance is not replaced by a start with a rotated secret', async () => {
  const { id, spec } = await started({ TOKEN: secret });
  expect((await builder.put(id, { ...spec, secrets: { TOKEN: 'rotated-value' } })).at(-1)).toMatchObject({
    type: 'ready',
    instance: { restarts: 0 },
  });
  expect(await builder.result(id, { do: 'read', with: { name: 'TOKEN' } })).toEqual({ value: secret });
});

describe('a secret is masked', () => {
  let id: string;
  beforeAll(async () => {
    ({ id } = await started({ TOKEN: secret, KEY: key }));
    await waitFor(async () => expect(await builder.logs(id)).toEqual(['stdout: imported with ***']));
  });

  /** Calls the plugin, and expects exactly these lines in its log. */
  async function expectLogged(inputs: object, lines: unknown[]): Promise<void> {
    const before = (await builder.logs(id)).length;
    await builder.result(id, inputs);
    await eventually(async () => (await builder.logs(id)).slice(before)).toEqual(lines);
  }

  test.each([
    ['in one write', [`a ${secret} b\n`], 'stdout: a *** b'],
    ['in two writes', ['a kQ7-sec', `${secret.slice(7)} b\n`], 'stdout: a *** b'],
    ['at the place where a long line is cut', [`${'x'.repeat(4090)}${secret}\n`], `stdout: ${'x'.repeat(4090)}***`],
    [
      'where a write ends before a long line is cut',
      [`${'x'.repeat(4095)}kQ7`, '-secret\n'],
      `stdout: ${'x'.repeat(4095)}…`,
    ],
  ])("a secret is masked in a plugin's output, %s", async (_, parts, line) => {
    await expectLogged({ do: 'print', with: { parts } }, [line]);
  });

  test('a multi-line secret is masked line by line', async () => {
    await expectLogged({ do: 'print', with: { parts: [`${key}\n`] } }, Array(3).fill('stdout: ***'));
  });

  test('a secret is masked as JSON, as Python text, in base64 and in hexadecimal digits', async () => {
    await expectLogged({ do: 'encode' }, [
      'stdout: {"token": "***"}',
      expect.stringMatching(/^stdout: '\*\*\*' \*\*\*=* \*\*\*$/),
    ]);
  });

  test("a secret is masked in a call's error and traceback", async () => {
    expect(await builder.call(id, { do: 'fail' })).toMatchObject({
      status: 'error',
      error: { type: 'ValueError', message: 'refused: ***' },
    });
    const lines = await builder.logs(id);
    expect(lines).toContain('host: ValueError: refused: ***');
    expect(lines.join('\n')).not.toContain('kQ7');
  });

  test("a secret is masked in the reason for a plugin's failed start", async () => {
    const failing = 'from shared.plugins.secrets import get\n\nraise ValueError("no: " + get("TOKEN"))\n';
    const { last } = await started({ TOKEN: secret }, { 'realtime.py': failing });
    expect(last).toMatchObject({ type: 'failed', error: { code: 'import-failed' } });
    expect(JSON.stringify(last)).toContain('ValueError: no: ***');
  });
});
