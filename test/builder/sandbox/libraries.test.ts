// Tests sandboxed processes on a machine where every library folder also contains other files. They see the libraries that Python and
// compiled packages need, and nothing else in those folders.
// @module-tag namespaces
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { listLibraries } from '../../../builder/server/programs/libraries.ts';
import { findPython } from '../../../builder/server/programs/python.ts';
import { runProgram } from '../../../builder/server/programs/run-program.ts';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { pluginProcessLimits } from '../../../builder/server/sandbox/process-limits.ts';
import { programCommand } from '../../../builder/server/sandbox/program-command.ts';
import type { Sandbox } from '../../../builder/server/sandbox/sandbox.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { newFolder } from '../support.ts';

const sandbox: Sandbox = { kind: 'namespaces', ownUser: process.getuid?.() === 0, cgroup: 'none' };

/** Uses modules that load libraries, and lists all files below /lib and /usr/lib except Python's. */
const script = `import bz2, ctypes, decimal, hashlib, json, lzma, os, ssl, sqlite3, sys, zlib
decimal.Decimal("1.5").sqrt()
ctypes.CDLL("libstdc++.so.6")
stdlib = os.path.realpath(os.path.dirname(os.__file__))  # /lib may be a link to /usr/lib
found = []
for place in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/bin", "/usr/libexec"):
    for folder, folders, files in os.walk(place):
        folders[:] = [name for name in folders if os.path.realpath(os.path.join(folder, name)) != stdlib]
        found += [os.path.join(folder, name) for name in files]
print(json.dumps({"found": found, "python": sys.executable}))`;

const answer = z.object({ found: z.array(z.string()), python: z.string() });

test('Python and its modules work, and other files in the folders are invisible', async () => {
  const found = await findPython(process.env.PYTHON);
  if (typeof found === 'string') throw new Error(found);
  const python = { ...found, libraries: await listLibraries(found.executable) };
  const folder = newFolder();
  await chmod(folder, 0o711);
  const homes = new Homes(join(folder, 'instances'), undefined, await openRemovals(folder));
  await homes.clear();
  const limits = pluginProcessLimits(builderLimits);
  const home = await homes.make({ kind: 'probe' }, sandbox, limits);
  const program = {
    argv: [python.executable, '-I', '-S', '-c', script],
    folder: '/tmp',
    environment: {},
    confinement: { readOnly: [], writable: [], network: false },
    limits,
  };
  const ran = await runProgram(programCommand({ sandbox, python }, home, program), {
    timeoutMs: 20_000,
    outputBytesMax: 1_000_000,
  });
  await home.remove();
  if (ran.ended !== 'exit' || !ran.succeeded) throw new Error(ran.errors);
  const { found: seen, python: executable } = answer.parse(JSON.parse(ran.output.toString()));
  expect(seen.filter((path) => !/\.so(?:\.|$)/.test(path) && path !== executable)).toEqual([]);
  expect(seen.filter((path) => /\/libc\.so\.6$/.test(path))).not.toEqual([]);
});
