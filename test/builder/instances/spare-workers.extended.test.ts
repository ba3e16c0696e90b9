// Tests workers started in advance. They are sandboxed like other workers, and end with the builder.
// @module-tag namespaces
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { processText } from '../live-files.ts';
import { eventually, handler, isAlive, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder;
beforeAll(async () => {
  builder = await TestBuilder.start();
});
afterAll(() => builder.close());

/** Reports what a plugin can learn about its process. */
const describe = handler(
  [
    'def predict(self, request):',
    '    if "die" in request:',
    '        os._exit(1)',
    '    sockets = [kind for kind in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX) if self.opens(kind)]',
    '    limits = [resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT_")]',
    '    return {',
    '        "environment": dict(os.environ), "ids": [os.getpid(), os.getresuid(), os.getresgid(), os.getgroups()],',
    '        "limits": limits, "root": sorted(os.listdir("/")), "tmp": os.listdir("/tmp"), "folder": os.getcwd(),',
    '        "arguments": [sys.argv, sys.orig_argv], "path": sys.path, "modules": sorted(sys.modules),',
    '        "files": [fd for fd in range(256) if self.is_open(fd)], "sockets": sockets, "privileges": prctl(39, 0, 0, 0, 0),',
    '    }',
    'def opens(self, kind):',
    '    try:',
    '        socket.socket(kind).connect(("127.0.0.1", 1) if kind == socket.AF_INET else "/x")',
    '    except ConnectionRefusedError:',
    '        return True',
    '    except Exception:',
    '        return False',
    'def is_open(self, fd):',
    '    try:',
    '        return bool(os.fstat(fd))',
    '    except OSError:',
    '        return False',
  ].join('\n'),
  'import ctypes\nimport os\nimport resource\nimport socket\nimport sys\n\nprctl = ctypes.CDLL(None).prctl',
);

const reportSchema = z.record(z.string(), z.unknown());

/** Returns the processes that are waiting for work. */
function spares({ process: { pid } }: TestBuilder): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && processText(name, 'stat').split(') ')[1]?.split(' ')[1] === String(pid))
    .filter((name) => processText(name, 'cmdline').endsWith('host.py\0spare\0') && !isRunning(name))
    .map(Number);
}

/** Waits until there are spares, and returns them, oldest first. */
async function waitForSpares(of: TestBuilder): Promise<number[]> {
  await eventually(() => spares(of).length).toBeGreaterThan(0);
  return spares(of).toSorted((a, b) => a - b);
}

/** Returns whether the process has started a worker, which runs in its own namespace. */
function isRunning(pid: string): boolean {
  return processText(pid, `task/${pid}/children`) !== '';
}

test('an instance runs in a spare if there is one, and finds nothing except its usual environment', async () => {
  expect(spares(builder)).toEqual([]);
  const first = await builder.run(describe);
  const alone = reportSchema.parse(await builder.result(first));
  const [spare = 0] = await waitForSpares(builder);
  const second = await builder.run(describe);
  expect(isRunning(String(spare))).toBe(true);
  expect(await builder.result(second)).toEqual({ ...alone, ids: expect.anything() });
});

test('a crashed process is replaced by a spare', async () => {
  const id = await builder.run(describe);
  const [spare = 0] = await waitForSpares(builder);
  expect(refusal(await builder.invoke(id, { die: true }))).toBe('502 instance-crashed');
  await eventually(async () => (await builder.invoke(id)).status).toBe(200);
  expect(isRunning(String(spare))).toBe(true);
});

test('an ended spare is not used', async () => {
  const [spare = 0] = await waitForSpares(builder);
  process.kill(spare, 'SIGKILL');
  await eventually(() => isAlive(spare)).toBe(false);
  expect(await builder.result(await builder.run(describe))).toMatchObject({ tmp: [] });
});

test('spares end with a killed builder', async () => {
  const [spare = 0] = await waitForSpares(builder);
  await builder.kill('SIGKILL');
  await eventually(() => isAlive(spare)).toBe(false);
});
