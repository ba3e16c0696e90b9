// Tests a Python whose shared library is next to it instead of where it was configured, as in tool caches and Python archives. Plugins
// run with it in every kind of sandbox, and programs that they start also find the library.
// @module-tag long
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { findPython } from '../../../builder/server/programs/python.ts';
import { handler, newFolder } from '../support.ts';
import { kinds, startBuilder } from './kinds.ts';

const child = 'subprocess.run([sys.executable, "-I", "-S", "-c", "print(6 * 7)"], capture_output=True, text=True)';
const plugin = handler(
  [
    'def predict(self, request):',
    '    if request["starts"]:',
    `        ran = ${child}`,
    '        return {"printed": ran.stdout, "failed": ran.stderr}',
    '    return {"executable": sys.executable, "sum": sum(request["n"])}',
  ].join('\n'),
  'import subprocess\nimport sys',
);

let moved: string;
beforeAll(async () => {
  const python = await findPython(inject('python'));
  if (typeof python === 'string') throw new Error(python);
  const folder = newFolder();
  chmodSync(folder, 0o755);
  const stdlib = python.files.find((path) => /\/lib\/python3\.\d+$/.test(path)) ?? '';
  moved = join(folder, 'bin', 'python');
  mkdirSync(join(folder, 'bin'));
  cpSync(stdlib, join(folder, 'lib', stdlib.split('/').at(-1) ?? ''), {
    recursive: true,
    filter: (path) => !/\/(?:test|tests|site-packages|__pycache__|config-[^/]*)$/.test(path),
  });
  const library = python.files.find((path) => path.includes('/libpython'));
  const executable = readFileSync(python.executable);
  if (library) {
    cpSync(library, join(folder, 'lib', library.split('/').at(-1) ?? ''));
    setLibraryFolder(executable, dirname(library));
  }
  writeFileSync(moved, executable, { mode: 0o755 });
});

/** Replaces the library folder in the executable with the folder beside the executable. */
function setLibraryFolder(executable: Buffer, folder: string): void {
  const relative = '$ORIGIN/../lib';
  const at = executable.indexOf(`${folder}\0`);
  expect(at).toBeGreaterThan(0);
  executable.fill(0, at, at + folder.length);
  executable.write(relative, at);
}

describe.each(kinds)('in $name', (kind) => {
  test('plugins run with a relocated Python', async () => {
    const builder = await startBuilder(kind, {}, { PYTHON: moved });
    const id = await builder.run(plugin);
    expect(await builder.result(id, { starts: false, n: [1, 2] })).toEqual({ executable: moved, sum: 3 });
    if (kind.startsProcesses)
      expect(await builder.result(id, { starts: true })).toEqual({ printed: '42\n', failed: '' });
    await builder.close();
  });
});
