// Tests machine code that functions compile on their first call (numba, `cache=True`), which is kept for a verified version's later
// processes.
// @module-tag long
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PythonSpec } from '../../../src/contract/builder/instances.ts';
import { type Kind, kinds, startBuilder } from '../breakout/kinds.ts';
import { handler, type TestBuilder } from '../support.ts';

/** Looks for a function's code where numba does. If the code is missing, writes a file that names the compiling instance. */
const plugin = handler(
  `def predict(self, request):
    folder = os.path.join(os.environ["NUMBA_CACHE_DIR"], request.get("folder", "audio_0a"))
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, request.get("function", "f-1.py311") + ".nbi")
    if "shell" in request:
        exec(request["shell"], {"folder": folder, "path": path, "os": os})
    if not os.path.exists(path):
        with open(path, "w") as file:
            file.write(request["by"] * request.get("times", 1))
    return {"by": open(path).read(40)}
`,
  'import os',
);

async function specOf(builder: TestBuilder, more: Partial<PythonSpec> = {}): Promise<PythonSpec> {
  return { ...(await builder.putPlugin(plugin)), organization: 'org_a', version_id: 'ver_a', ...more };
}

/** Starts an instance, makes it compile, and stops it. With `verified`, keeps the compiled code. */
async function compile(
  builder: TestBuilder,
  by: string,
  { spec, verified = false, inputs = {} }: { spec?: PythonSpec | undefined; verified?: boolean; inputs?: object } = {},
): Promise<unknown> {
  const events = await builder.put(by, spec ?? (await specOf(builder)));
  expect(events.at(-1)).toMatchObject({ type: 'ready' });
  const result = await builder.result(by, { by, ...inputs });
  if (verified) expect((await keep(builder, by)).status).toBe(204);
  await builder.send('DELETE', `/instances/${by}`);
  return Object(result).by;
}

function keep(builder: TestBuilder, id: string) {
  return builder.send('POST', `/instances/${id}/machine-code`);
}

async function withBuilder(
  test: (builder: TestBuilder) => Promise<void>,
  { kind = kinds[0], limits = {} }: { kind?: Kind | undefined; limits?: Record<string, number> } = {},
): Promise<void> {
  if (!kind) throw new Error('there is no kind');
  const builder = await startBuilder(kind, limits);
  try {
    await test(builder);
  } finally {
    await builder.close();
  }
}

describe.each(kinds)('in $name', (kind) => {
  test("later processes find the code compiled during their version's verification, but no code compiled after it", () =>
    withBuilder(
      async (builder) => {
        expect(await compile(builder, 'unverified')).toBe('unverified');
        expect(await compile(builder, 'first', { verified: true })).toBe('first');
        expect(await compile(builder, 'second', { verified: true, inputs: { function: 'g-2.py311' } })).toBe('second');
        expect(await compile(builder, 'third')).toBe('first');
        expect(await compile(builder, 'fourth', { inputs: { function: 'g-2.py311' } })).toBe('fourth');
      },
      { kind },
    ));

  test('no process can change kept code', () =>
    withBuilder(
      async (builder) => {
        await compile(builder, 'first', { verified: true });
        const shell = [
          'kept = os.path.realpath(path)',
          'def tried(change):',
          '    try: change(); return True',
          '    except OSError: return False',
          'changes = [lambda: open(kept, "r+b"), lambda: os.truncate(kept, 0), lambda: os.remove(kept)]',
          'changes += [lambda: os.replace(kept, kept + "2"), lambda: open(os.path.dirname(kept) + "/new", "x")]',
          'if kept == path or any([tried(change) for change in changes]): raise ValueError(kept)',
          'os.remove(path)',
        ].join('\n');
        expect(await compile(builder, 'writer', { inputs: { shell } })).toBe('writer');
        expect(await compile(builder, 'reader')).toBe('first');
      },
      { kind },
    ));
});

test('kept code belongs to one version of one organization, with one archive and one environment', () =>
  withBuilder(async (builder) => {
    await compile(builder, 'first', { verified: true });
    const spec = await specOf(builder);
    const { version_id: _, ...unnamed } = spec;
    const archive = (await builder.putPlugin({ ...plugin, 'other.py': '' })).archive;
    const others = { version: { version_id: 'ver_b' }, organization: { organization: 'org_b' }, archive: { archive } };
    for (const [by, more] of Object.entries(others))
      expect(await compile(builder, by, { spec: { ...spec, ...more } })).toBe(by);
    expect(await compile(builder, 'unnamed', { spec: unnamed, verified: true })).toBe('unnamed');
    expect(await compile(builder, 'same', { spec })).toBe('first');
  }));

test('a restarted process finds the kept code', () =>
  withBuilder(async (builder) => {
    await builder.put('first', await specOf(builder));
    await builder.result('first', { by: 'first' });
    await keep(builder, 'first');
    await builder.invoke('first', { shell: 'os._exit(1)' });
    expect(await builder.result('first', { by: 'again' })).toEqual({ by: 'first' });
    expect((await builder.status('first')).restarts).toBe(1);
  }));

test('all processes of an instance find the code that one earlier process compiled', () =>
  withBuilder(async (builder) => {
    const spec = await specOf(builder, { serving: { replicas: 2, concurrency: 1 } });
    expect(await compile(builder, 'first', { spec, verified: true })).toBe('first');
    await builder.put('second', spec);
    // Overlapping calls run in both processes.
    const inputs = { by: 'second', shell: 'import time; time.sleep(0.2)' };
    const found = await Promise.all([1, 2, 3, 4].map(() => builder.result('second', inputs)));
    expect(found).toEqual(Array(4).fill({ by: 'first' }));
  }));

test('only regular files with machine code names, from folders one level deep, are kept', () =>
  withBuilder(async (builder) => {
    const shell = [
      'os.symlink("/etc/passwd", folder + "/link.nbi")',
      'os.mkfifo(folder + "/pipe.nbi")',
      'os.makedirs(folder + "/deep.nbi/deeper")',
      'os.symlink("/etc", os.path.dirname(folder) + "/etc")',
      'open(folder + "/script.py", "w").write("pass")',
      'open(os.path.dirname(folder) + "/top.nbi", "w").write("top")',
    ].join('\n');
    await compile(builder, 'first', { verified: true, inputs: { shell } });
    expect(keptFiles(builder)).toEqual(['audio_0a/f-1.py311.nbi']);
  }));

test('a version that compiles too much keeps no code, and its log says so', () =>
  withBuilder(
    async (builder) => {
      await builder.put('large', await specOf(builder));
      await builder.result('large', { by: 'large', times: 20_000 });
      expect((await keep(builder, 'large')).status).toBe(204);
      expect(keptFiles(builder)).toEqual([]);
      expect((await builder.logs('large')).filter((line) => line.includes('compiled'))).toEqual([
        'host: The machine code that its functions compiled is not kept, because it has more than 64 KiB or 4000 files. Each process compiles it again.',
      ]);
    },
    { limits: { machineCodeBytes: 64 * 1024 } },
  ));

test('the least recently used machine code is removed when there are too many versions', () =>
  withBuilder(
    async (builder) => {
      const specs = await Promise.all(['a', 'b', 'c'].map((version_id) => specOf(builder, { version_id })));
      const inputs = { times: 10_000 };
      for (const [at, spec] of specs.entries()) await compile(builder, `v${at}`, { spec, verified: true, inputs });
      expect(await compile(builder, 'old', { spec: specs[0] })).toBe('old');
      expect(await compile(builder, 'new', { spec: specs[2] })).toBe('v2'.repeat(20));
    },
    { limits: { machineCodeVersions: 2 } },
  ));

test('an instance that has ended has no machine code to keep', () =>
  withBuilder(async (builder) => {
    expect((await keep(builder, 'nowhere')).status).toBe(404);
  }));

/** Returns the kept files of all versions, without their version folders. */
function keptFiles(builder: TestBuilder): string[] {
  const folder = join(builder.stateFolder, 'machine-code');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replace(/^[^/]+\//, ''),
    )
    .sort();
}
