// Tests more reasons why a builder can't start, and more ways in which it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { busy, environment, expectNoWorkersAfter, failedStart } from './process-support.ts';
import { eventually, isRoot, mainScript, newFolder, TestBuilder } from './support.ts';

const ends: [string, (builder: TestBuilder) => Promise<unknown>][] = [
  ['SIGTERM', (builder) => builder.kill('SIGTERM')],
  ['SIGINT', (builder) => builder.kill('SIGINT')],
  [
    'the end of its supervisor',
    async (builder) => {
      builder.process.disconnect();
      await eventually(() => builder.process.exitCode).toBe(0);
    },
  ],
];

// Most tests end their builder with SIGINT.
test.each(inject('long') ? ends : ends.filter(([end]) => end !== 'SIGINT'))(
  'no worker is left behind when the builder ends with %s',
  async (_, end) => {
    await expectNoWorkersAfter(end);
  },
);

test.each([
  ['with an invalid port', { BUILDER_PORT: 'x' }, 'BUILDER_PORT is missing or invalid.'],
  [
    'with unknown limits',
    { BUILDER_LIMITS: '{"x":1}' },
    'BUILDER_LIMITS must be a JSON object that maps limit names to positive numbers.',
  ],
  [
    'without any Python on PATH',
    { PATH: '/nowhere', PYTHON: '' },
    'python3 is not on PATH. Install Python 3.11 or newer, or set PYTHON to its path.',
  ],
])("a builder that can't start reports the reason in one line and exits with 1: %s", async (_, env, reason) => {
  expect(await failedStart(env)).toEqual({ code: 1, stderr: `builder: ${reason}\n` });
});

test('a builder without a supervisor ends with its standard input', { tags: 'long' }, async () => {
  const { child, firstLine } = await startPlain({});
  expect(firstLine).toMatch(/^builder ready on http:\/\/127\.0\.0\.1:\d+ \(Python 3\.\d+\.\d+, sandbox \w+/);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  expect(await exited).toBe(0);
});

test('a builder that ends loses no archive, and the next builder with the same state starts instances from it', {
  tags: 'long',
}, async () => {
  const first = await TestBuilder.start();
  const spec = await first.putPlugin(busy);
  await first.put('dep_next', spec);
  await first.kill('SIGKILL');
  const second = await TestBuilder.start({ stateFolder: first.stateFolder });
  expect((await second.put('dep_next', spec)).at(-1)).toMatchObject({ type: 'ready' });
  await second.close();
});

test('a builder whose sandbox starts a plugin without confining it exits with 1', { tags: 'long' }, async () => {
  const { code, stderr } = await failedStart({ PYTHON: carelessPython(), BUILDER_SANDBOX: 'namespaces' });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^builder: No sandbox confines plugins on this machine \(namespaces.*: a plugin can reach the network, .*\)\. .*BUILDER_SANDBOX=none .*\n$/,
  );
});

test('a builder exits if no sandbox works, names the fix, and never runs without a sandbox', {
  tags: 'long',
}, async () => {
  const { code, stderr } = await failedStart({ PYTHON: carelessPython() });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^builder: No sandbox confines plugins on this machine \(namespaces.*; landlock.*\)\. .* BUILDER_SANDBOX=none .*\n$/,
  );
});

test.each(['landlock', 'vm'])(
  'a builder whose instances cannot read Python names the folder, and runs nothing as root: %s',
  { tags: 'long' },
  async (sandbox) => {
    const folder = newFolder();
    const python = closedPython(folder);
    const { code, stderr } = await failedStart({ PYTHON: python, BUILDER_SANDBOX: sandbox, BUILDER_SINGLE: '1' });
    // An unprivileged user's instances run as that user, so no folder is closed to them, and the start fails for a different reason.
    if (!isRoot) {
      expect([code, stderr]).toEqual([1, expect.not.stringContaining('with its own user')]);
      return;
    }
    expect([code, stderr]).toEqual([
      1,
      `builder: No sandbox confines plugins on this machine (${sandbox} with its own user: instances run as their own users, which can't read ${python}, because ${folder} is closed to them). Set PYTHON to one that every user may read, such as /usr/bin/python3.\n`,
    ]);
  },
);

test('a builder on a system other than Linux exits with one line that names the setting', {
  tags: 'long',
}, async () => {
  const { code, stderr } = await failedStart({ NODE_OPTIONS: `--import ${onMacOs}` });
  expect([code, stderr]).toEqual([
    1,
    'builder: Plugins can only be confined on Linux. For development only, BUILDER_SANDBOX=none runs plugins unconfined.\n',
  ]);
});

test('a builder whose port is in use exits with one line that says so', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { code, stderr } = await failedStart({ BUILDER_PORT: String(port) });
  const lastLine = stderr.trimEnd().split('\n').at(-1);
  expect([code, lastLine]).toEqual([1, expect.stringMatching(`^builder: .*EADDRINUSE.*127.0.0.1:${port}`)]);
  server.close();
});

/** Makes Node report that it runs on macOS. */
const onMacOs = `data:text/javascript,${encodeURIComponent('Object.defineProperty(process, "platform", { value: "darwin" })')}`;

/** Returns a Python that starts workers outside their intended namespaces. */
function carelessPython(): string {
  const real = inject('python');
  const path = join(newFolder(), 'python');
  const script = `#!${real} -S
import json, os, sys
args = sys.argv[1:]
if "-c" in args:
    print(json.dumps({"executable": "${path}", "files": [], "packages": [], "version": list(sys.version_info[:3]), "abi": "", "machine": "x86_64", "libc": ""}))
elif args[-1].endswith("disk_keeper.py"):
    os.execv("${real}", ["${real}", *args])
else:
    settings = json.loads(args[-1])
    sources = {target: source for source, target in settings["jail"]["read_only"]}
    folders = {"code": sources["/plugin"], "shims": sources["/slipway/shims"], "jail": None, "uid": None, "system_calls": None}
    limits = {**settings["limits"], "processes": None}  # without namespaces, all processes of the user count
    os.execv("${real}", ["${real}", *args[:-1], json.dumps({**settings, **folders, "limits": limits})])
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}

/** Returns a Python that only root can reach. */
function closedPython(folder: string): string {
  const path = join(folder, 'python');
  const description = {
    executable: path,
    files: [path],
    packages: [],
    version: [3, 11, 0],
    abi: '',
    machine: 'x86_64',
    libc: '',
  };
  writeFileSync(path, `#!/bin/sh\necho '${JSON.stringify(description)}'\n`, { mode: 0o755 });
  return path;
}

async function startPlain(env: Record<string, string>): Promise<{ child: ChildProcess; firstLine: string }> {
  const child = spawn(process.execPath, [mainScript], { env: environment(env), stdio: ['pipe', 'pipe', 'inherit'] });
  const firstLine = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (chunk) => resolve(String(chunk)));
  });
  return { child, firstLine };
}
