// Tests instance memory: everything that an instance's processes use counts, and an instance above its limit is ended with a log line.
// Runs with control groups, if the tests may create them, and with watched memory.
// @module-tag long
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sharedPython, startBuilder } from '../breakout/kinds.ts';
import { eventually, type Files, handler, isRoot, newFolder, refusal, TestBuilder } from '../support.ts';

const MiB = 1024 * 1024;
const limits = { memoryBytes: 320 * MiB, drainMs: 200, drainMaxMs: 200 };
const endedLine = 'host: The process exited: it used more than its 320 MiB of memory. Restarting.';

/** Each way takes memory and keeps it until the process exits. */
const ways: Record<string, string> = {
  'in one process': 'kept = bytearray(340 << 20)',
  'in a shared mapping': 'kept = mmap.mmap(-1, 340 << 20)\n    for at in range(0, 340 << 20, 4096): kept[at] = 1',
  'in a file without a name':
    'files = [os.memfd_create("kept"), os.memfd_create("more")]\n    for file in files: fill(file, 170)',
  'in a temporary file': 'fill(os.open("kept", os.O_CREAT | os.O_WRONLY), 240); kept = bytearray(110 << 20)',
  'in three children, each below the limit':
    'for _ in range(3):\n        if os.fork() == 0:\n            kept = bytearray(115 << 20)\n            time.sleep(60)',
};

function hungry(way: string): Files {
  const take = [
    'def predict(self, request):',
    '    if "serve" in request: return {"kept": len(bytearray(60 << 20)) >> 20}',
    `    ${ways[way]}`,
    '    time.sleep(60)',
  ];
  const fill = 'def fill(file, mib):\n    for _ in range(mib): os.write(file, bytes(1 << 20))';
  return handler(take.join('\n'), `import mmap\nimport os\nimport time\n${fill}`);
}

const harmless = handler('def predict(self, request):\n    return {}');

interface Case {
  name: string;
  uid?: number;
  ended: string[];
  refused: string[];
}

const watched: Case = {
  name: 'with watched memory',
  ended: ['in one process', 'in a shared mapping'],
  refused: ['in a file without a name', 'in three children, each below the limit'],
};
const cases: Case[] = isRoot
  ? [
      { name: 'with control groups', ended: Object.keys(ways), refused: [] },
      { ...watched, uid: 61_235 },
    ]
  : [watched];

describe.each(cases)('$name', ({ uid, ended, refused }) => {
  let builder: TestBuilder;
  let good: string;
  beforeAll(async () => {
    const stateFolder = newFolder();
    if (uid !== undefined) chownSync(stateFolder, uid, uid);
    const user = uid === undefined ? {} : { uid, env: { PYTHON: await sharedPython() } };
    builder = await TestBuilder.start({ limits, stateFolder, ...user });
    good = await builder.run(harmless);
  });
  afterAll(() => builder.close());

  test.each(ended)('a plugin that exceeds its memory limit, %s, is ended, and its log says so', async (way) => {
    const id = await builder.run(hungry(way));
    expect(await builder.result(id, { serve: true })).toEqual({ kept: 60 });
    expect(refusal(await builder.invoke(id))).toBe('502 instance-crashed');
    expect(await builder.result(id, { serve: true })).toEqual({ kept: 60 });
    expect(await builder.logs(id)).toEqual([endedLine]);
  });

  test.each(refused)('memory that belongs to no process, or to several, is refused: %s', async (way) => {
    const id = await builder.run(hungry(way));
    expect(await builder.call(id)).toMatchObject({ status: 'error', error: { type: 'PermissionError' } });
  });

  test('another instance is not restarted when one exceeds its memory limit', async () => {
    expect(await builder.result(good)).toEqual({});
    expect(await builder.status(good)).toMatchObject({ restarts: 0, cgroup: builder.cgroup });
  });
});

describe("a builder's control groups", { tags: ['root'] }, () => {
  /** Returns the folders that the builder created for its instances' groups. */
  function bases({ stateFolder }: TestBuilder): string[] {
    return z.array(z.string()).parse(JSON.parse(readFileSync(join(stateFolder, 'cgroups.json'), 'utf8')));
  }

  /** Omits the group for programs outside the sandbox, which has no limits. */
  function groups(builder: TestBuilder): string[] {
    return bases(builder).flatMap((base) =>
      readdirSync(base, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() && entry.name !== 'programs' ? [join(base, entry.name)] : [],
      ),
    );
  }

  /** Returns the processes in the first hierarchy, which limits memory. */
  function members(group = ''): number[] {
    return readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n').map(Number);
  }

  test("a builder's control groups have their instance's limits, contain its process, and end with it", async () => {
    const builder = await TestBuilder.start({ limits });
    expect(builder.cgroup).toMatch(/^v[12]$/);
    const id = await builder.run(harmless);
    const values = groups(builder).flatMap((group) =>
      ['memory.limit_in_bytes', 'memory.max', 'pids.max']
        .map((file) => join(group, file))
        .filter(existsSync)
        .map((path) => [basename(path), readFileSync(path, 'utf8').trim()]),
    );
    expect(values).toEqual([
      [expect.stringMatching(/^memory\./), String(limits.memoryBytes)],
      ['pids.max', '128'],
    ]);
    expect(members(groups(builder)[0])).toHaveLength(1);
    await builder.send('DELETE', `/instances/${id}`);
    expect(groups(builder)).toEqual([]);
    await builder.close();
    expect(bases(builder).filter(existsSync)).toEqual([]);
  });

  test("a killed builder's control groups are removed by the instances' supervisor", async () => {
    const builder = await TestBuilder.start();
    await builder.run(harmless);
    expect(groups(builder)).not.toEqual([]);
    await builder.kill('SIGKILL');
    await eventually(() => bases(builder).filter(existsSync)).toEqual([]);
  });

  test("a killed builder's control groups are removed even if no process had joined the newest one", async () => {
    const builder = await TestBuilder.start();
    await builder.run(harmless);
    for (const base of bases(builder)) mkdirSync(join(base, '1000'));
    await builder.kill('SIGKILL');
    await eventually(() => bases(builder).filter(existsSync)).toEqual([]);
  });

  test("a killed builder's control groups are removed by the next builder if there is no supervisor", async () => {
    const first = await startBuilder({ sandbox: 'landlock' });
    await first.run(harmless);
    const left = bases(first);
    await first.kill('SIGKILL');
    expect(left.filter(existsSync)).toEqual(left);
    const second = await TestBuilder.start({ stateFolder: first.stateFolder });
    expect(left.filter(existsSync)).toEqual([]);
    await second.close();
  });
});
