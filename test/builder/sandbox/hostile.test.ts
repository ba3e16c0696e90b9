// Tests malicious plugins: what they can't read, write, exhaust or outlive.
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually, type Files, handler, mainScript, refusal, TestBuilder, token } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { drainMs: 200, drainMaxMs: 200 } });
});
afterAll(() => builder.close());

/** Without control groups a plugin may not start processes. */
const hasGroups = () => builder.cgroup !== 'none';

const forked = z.object({ forks: z.int() });

/** Maps each of `inputs.paths` to the result of the action: "ok", "absent" or "refused". */
function attempts(action: string): Files {
  return handler(
    [
      'def predict(self, request):',
      '    return {path: self.attempt(path) for path in request["paths"]}',
      'def attempt(self, path):',
      '    try:',
      `        ${action}`,
      '    except FileNotFoundError:',
      '        return "absent"',
      '    except OSError:',
      '        return "refused"',
      '    return "ok"',
    ].join('\n'),
    'import os\nimport socket',
  );
}

function all(paths: string[], outcome: string): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, outcome]));
}

test('this machine supports a sandbox with its own root', { tags: ['namespaces'] }, () => {
  expect(builder.sandbox).toBe('namespaces');
});

describe("a plugin can't see", () => {
  test("a plugin can't see the builder's environment", { tags: ['namespaces'] }, async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return dict(os.environ)', 'import os'));
    expect(await builder.result(id)).toEqual({
      LANG: 'C.UTF-8',
      HOME: '/tmp',
      PATH: '/usr/bin:/bin',
      TMPDIR: '/tmp',
      NUMBA_CACHE_DIR: '/tmp/numba',
    });
  });

  test("a plugin can't see other processes, their environment or their memory", { tags: ['namespaces'] }, async () => {
    const id = await builder.run(
      handler(
        [
          'def predict(self, request):',
          '    seen = [name for name in os.listdir("/proc") if name.isdigit()]',
          '    found = []',
          '    for name in seen + ["self", str(os.getppid())]:',
          '        for part in ("environ", "cmdline"):',
          '            try:',
          '                with open(f"/proc/{name}/{part}", "rb") as file:',
          '                    found.append(file.read())',
          '            except OSError:',
          '                pass',
          '    return {"processes": len(seen), "token": any(request["part"].encode() in text for text in found)}',
        ].join('\n'),
        'import os',
      ),
    );
    expect(await builder.result(id, { part: token.slice(1) })).toEqual({
      processes: 0,
      token: false,
    });
  });

  test("a plugin can't see files of the builder, other instances or this machine", {
    tags: ['namespaces'],
  }, async () => {
    const other = await builder.run(handler('def predict(self, request):\n    return {}'));
    const status = await builder.status(other);
    const paths = [
      builder.stateFolder,
      join(builder.stateFolder, 'blobs', status.code),
      join(builder.stateFolder, 'instances'),
      dirname(mainScript),
      process.cwd(),
      '/etc/shadow',
      '/etc/ssh',
      '/var/log',
      '/home',
      '/sys/kernel',
    ];
    const id = await builder.run(attempts('os.stat(path)'));
    expect(await builder.result(id, { paths })).toEqual(all(paths, 'absent'));
  });

  test("a plugin can't see the network, including the builder", async () => {
    const id = await builder.run(attempts('socket.create_connection(path.split(":"), 1).close()'));
    const paths = [new URL(builder.url).host, '8.8.8.8:53'];
    expect(await builder.result(id, { paths })).toEqual(all(paths, 'refused'));
  });
});

describe("a plugin can't write", () => {
  test("a plugin can't write anywhere except in its temporary folder", { tags: ['namespaces'] }, async () => {
    const id = await builder.run(attempts('open(path, "w").close()'));
    const system = ['/x', '/usr/x', '/plugin/realtime.py', '/plugin/x', '/slipway/shims/x', '/etc/passwd', '/dev/x'];
    const result = await builder.result(id, { paths: ['/tmp/x', ...system] });
    expect(result).toEqual({ '/tmp/x': 'ok', ...all(system, 'refused') });
  });

  test("a plugin can't write more than its limit", { tags: ['namespaces'] }, async () => {
    const id = await builder.run(
      handler(
        [
          'def predict(self, request):',
          '    written = 0',
          '    try:',
          '        for n in range(4):',
          '            with open(f"/tmp/{n}", "wb", buffering=0) as file:',
          '                for _ in range(100):',
          '                    written += file.write(bytes(1_000_000))',
          '    except OSError as error:',
          '        return {"error": type(error).__name__, "below": written < 300_000_000}',
        ].join('\n'),
      ),
    );
    expect(await builder.result(id)).toEqual({ error: 'OSError', below: true });
  });
});

describe("a plugin can't become", () => {
  test("a plugin can't become another user, or mount anything", async () => {
    const id = await builder.run(
      handler(
        [
          'def predict(self, request):',
          '    tries = {',
          '        "setuid": lambda: os.setuid(0),',
          '        "setgroups": lambda: os.setgroups([0]),',
          '        "chroot": lambda: os.chroot("/tmp"),',
          '        "limits": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),',
          '    }',
          '    found = {}',
          '    for name, attempt in tries.items():',
          '        try:',
          '            attempt()',
          '            found[name] = "ok"',
          '        except (OSError, ValueError) as error:',
          '            found[name] = "refused"',
          '    libc = ctypes.CDLL(None)',
          '    found["mount"] = libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)',
          '    return found',
        ].join('\n'),
        'import ctypes\nimport os\nimport resource',
      ),
    );
    expect(await builder.result(id)).toEqual({
      setuid: 'refused',
      setgroups: 'refused',
      chroot: 'refused',
      limits: 'refused',
      mount: -1,
    });
  });
});

describe("a plugin can't harm others", () => {
  let bystander: string;
  beforeAll(async () => {
    bystander = await builder.run(handler('def predict(self, request):\n    return {}'));
  });

  async function expectUnharmed() {
    expect(await builder.result(bystander)).toEqual({});
    expect((await builder.status(bystander)).restarts).toBe(0);
  }

  test("a plugin can't harm others with endless forking: it hits a limit, and all processes end with the instance", async () => {
    const before = builder.workers().length;
    const id = await builder.run(
      handler(
        [
          'def predict(self, request):',
          '    for n in range(10_000):',
          '        try:',
          '            if os.fork() == 0:',
          '                os.setsid()',
          '                signal.pause()',
          '        except OSError:',
          '            return {"forks": n}',
          '    return {"forks": 10_000}',
        ].join('\n'),
        'import os\nimport signal',
      ),
    );
    const { forks } = forked.parse(await builder.result(id));
    if (hasGroups()) {
      expect(forks).toBeLessThan(200);
      expect(builder.workers().length).toBeGreaterThan(before + 50);
    } else expect(forks).toBe(0);
    await expectUnharmed();
    await builder.send('DELETE', `/instances/${id}`);
    await eventually(() => builder.workers().length).toBe(before);
  });

  test("a plugin can't harm others with signals", async () => {
    const id = await builder.run(
      handler(
        [
          'async def run_inference(self, inputs, parameters):',
          '    for pid in (-1, 0, os.getppid()):',
          '        try:',
          '            os.kill(pid, signal.SIGTERM)',
          '        except OSError:',
          '            pass',
          '    return {}',
        ].join('\n'),
        'import os\nimport signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)',
      ),
    );
    expect(await builder.result(id)).toEqual({});
    expect((await builder.status(id)).restarts).toBe(0);
    await expectUnharmed();
  });

  test("a plugin can't harm others with invalid frames: its process is ended", async () => {
    const id = await builder.run(
      handler(
        [
          'async def run_inference(self, inputs, parameters):',
          '    if "bytes" in inputs:',
          '        os.write(3, bytes(inputs["bytes"]))',
          '    return {}',
        ].join('\n'),
        'import os',
      ),
    );
    for (const bytes of [
      [0, 0, 0, 0, 0, 0, 0, 77, 2],
      [255, 255, 255, 255, 0, 0, 0, 1, 2],
      [0, 0, 0, 1, 0, 0, 0, 0, 1, 120],
    ]) {
      expect(refusal(await builder.invoke(id, { bytes }))).toBe('502 answer-invalid');
      await eventually(async () => (await builder.invoke(id)).status).toBe(200);
    }
    // Filters the lines, because on a busy machine the log also reports a blocked event loop.
    const violations = (await builder.logs(id)).filter((line) => line.includes('violated the protocol'));
    expect(violations).toHaveLength(3);
    await expectUnharmed();
  });

  test("a plugin can't harm others by continuing after it is stopped", async () => {
    const before = builder.workers().length;
    const id = await builder.run(
      handler(
        [
          'def load_model(self):',
          '    libc = ctypes.CDLL(None)',
          '    libc.prctl(1, 0)  # PR_SET_PDEATHSIG: no signal when the parent ends',
          '    for number in range(1, 32):',
          '        if number not in (signal.SIGKILL, signal.SIGSTOP):',
          '            signal.signal(number, signal.SIG_IGN)',
          '    try:',
          '        child = os.fork()',
          '    except PermissionError:',
          '        print("fork: refused")',
          '        return',
          '    if child == 0:',
          '        os.setsid()',
          '        os.closerange(0, 100)',
          '        while True:',
          '            signal.pause()',
          'def predict(self, request):',
          '    while True:',
          '        signal.pause()',
        ].join('\n'),
        'import ctypes\nimport os\nimport signal',
      ),
    );
    const stuck = builder.invoke(id);
    await eventually(async () => (await builder.status(id)).calls_in_flight).toBe(1);
    expect((await builder.logs(id)).includes('stdout: fork: refused')).toBe(!hasGroups());
    expect(await builder.send('DELETE', `/instances/${id}`)).toEqual({ status: 204, body: undefined });
    expect(refusal(await stuck)).toBe('404 instance-gone');
    await eventually(() => builder.workers().length).toBe(before);
    await expectUnharmed();
  });
});
