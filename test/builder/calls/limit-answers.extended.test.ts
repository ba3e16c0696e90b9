// Tests that a call that exceeds a limit names the limit, its value, the setting that raises it, and who may change it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

let builder: TestBuilder;
/** An instance that runs its inputs' code. */
let obeying: string;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { memoryBytes: 192 * 1024 * 1024, callBytes: 1000 } });
  obeying = await builder.run(failing('exec(request["code"])\n    return {}', 'import errno\nimport os'));
});
afterAll(() => builder.close());

const failing = (body: string, imports = '') => handler(`def predict(self, request):\n    ${body}`, imports);

/** Returns the failed call's message, whether its process exited or the handler raised an error. */
async function messageOf(id: string, inputs = {}): Promise<string> {
  return JSON.stringify((await builder.invoke(id, inputs)).body);
}

test('a call that exceeds its memory limit names the limit and the fix', async () => {
  const id = await builder.run(failing('kept = bytearray(700 << 20)\n    return {"kept": len(kept)}'));
  const message = await messageOf(id);
  expect(message).toMatch(/192 MiB of memory/);
  expect(message).toContain(raisedBy.memory);
});

test('an oversized answer names the limit and the fix', async () => {
  const id = await builder.run(failing('return {"text": "x" * 2000}'));
  expect(await messageOf(id)).toContain(`the result is 2011 bytes; the limit is 1000. ${raisedBy.answer}`);
});

test('a call that opens too many files names the limit and the fix', async () => {
  const id = await builder.run(failing('kept = [open("/dev/null") for _ in range(1000)]\n    return {}'));
  expect(await messageOf(id)).toContain(
    `Too many open files: '/dev/null'. The process may have 256 open files and connections. ${raisedBy.openFiles}`,
  );
});

test.each([
  [
    'a full disk',
    'raise OSError(errno.ENOSPC, "full")',
    'The temporary folder holds up to 256 MiB or 16384 files.',
    raisedBy.temp,
  ],
  ['the size of a file', 'raise OSError(errno.EFBIG, "large")', 'A file may have up to 256 MiB.', raisedBy.file],
  [
    'threads',
    'raise RuntimeError("can\'t start new thread")',
    'The plugin may run 128 threads and processes.',
    raisedBy.threads,
  ],
])('a machine error names the limit and the fix: %s', async (_, code, limit, remedy) => {
  expect(await messageOf(obeying, { code })).toContain(`${limit} ${remedy}`);
});

test('a plugin error unrelated to a limit is left unchanged', async () => {
  const code = 'raise OSError(errno.ENOENT, "absent")';
  expect((await builder.invoke(obeying, { code })).body).toMatchObject({ error: { message: '[Errno 2] absent' } });
});

test('a process that ends for a reason other than a limit reports that reason', async () => {
  expect((await builder.invoke(obeying, { code: 'os._exit(3)' })).body).toMatchObject({
    error: { code: 'instance-crashed', message: "The plugin's process exited during the call: exit code 3." },
  });
  await eventually(() => builder.logs(obeying)).toContain('host: The process exited: exit code 3. Restarting.');
});
