// Tests the kernel limits for each kind of program that the builder starts, as seen by the program itself.
// @module-tag namespaces
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython, type Python } from '../../../builder/server/programs/python.ts';
import { runProgram } from '../../../builder/server/programs/run-program.ts';
import { Homes, type RemovableHome } from '../../../builder/server/sandbox/homes.ts';
import {
  compilerProcessLimits,
  gitProcessLimits,
  type ProcessLimits,
  pluginProcessLimits,
  toolchainProcessLimits,
} from '../../../builder/server/sandbox/process-limits.ts';
import { programCommand } from '../../../builder/server/sandbox/program-command.ts';
import type { Sandbox } from '../../../builder/server/sandbox/sandbox.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { newFolder } from '../support.ts';

const MiB = 1024 * 1024;
const sandbox: Sandbox = { kind: 'namespaces', ownUser: process.getuid?.() === 0, cgroup: 'none' };
/** -1 means no limit. */
const script = `import json, resource
names = ("AS", "FSIZE", "NOFILE", "NPROC", "CPU", "CORE")
print(json.dumps({name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] for name in names}))`;

let python: Python;
let home: RemovableHome;
beforeAll(async () => {
  const found = await findPython(process.env.PYTHON);
  if (typeof found === 'string') throw new Error(found);
  python = found;
  const folder = newFolder();
  await chmod(folder, 0o711);
  const homes = new Homes(join(folder, 'instances'), undefined, await openRemovals(folder));
  await homes.clear();
  home = await homes.make({ kind: 'probe' }, sandbox, pluginProcessLimits(builderLimits));
});
afterAll(() => home.remove());

async function limitsFound(limits: ProcessLimits): Promise<Record<string, number>> {
  const confinement = { readOnly: [], writable: [], network: false };
  const program = {
    argv: [python.executable, '-I', '-c', script],
    folder: '/tmp',
    environment: {},
    confinement,
    limits,
  };
  const ran = await runProgram(programCommand({ sandbox, python }, home, program), {
    timeoutMs: 20_000,
    outputBytesMax: 10_000,
  });
  if (ran.ended !== 'exit' || !ran.succeeded) throw new Error(ran.errors);
  return JSON.parse(ran.output.toString());
}

// Without a control group, the plugin may have one process, whose address space is twice the memory limit.
test("a plugin's processes have their limits", async () => {
  expect(await limitsFound(pluginProcessLimits(builderLimits))).toEqual({
    AS: 4096 * MiB,
    FSIZE: 256 * MiB,
    NOFILE: 256,
    NPROC: 128,
    CPU: -1,
    CORE: 0,
  });
});

test('the Go compiler has its limits', async () => {
  const limits = { ...builderLimits, buildMemoryBytes: 3000 * MiB, artifactBytes: 50 * MiB, buildCpuSeconds: 77 };
  expect(await limitsFound(compilerProcessLimits(limits))).toEqual({
    AS: 3000 * MiB,
    FSIZE: 50 * MiB,
    NOFILE: 1024,
    NPROC: 1024,
    CPU: 77,
    CORE: 0,
  });
});

test('the other Go tools have their limits', async () => {
  const limits = { ...builderLimits, buildMemoryBytes: 3000 * MiB, artifactBytes: 50 * MiB };
  const { NPROC: _, ...found } = await limitsFound(toolchainProcessLimits(limits));
  expect(found).toEqual({ AS: 3000 * MiB, FSIZE: 100 * MiB, NOFILE: 1024, CPU: -1, CORE: 0 });
});

test("Git's processes have their limits", async () => {
  const { NPROC: _, ...found } = await limitsFound(gitProcessLimits({ ...builderLimits, fetchBytes: 9 * MiB }));
  expect(found).toEqual({ AS: 4096 * MiB, FSIZE: 9 * MiB, NOFILE: 256, CPU: -1, CORE: 0 });
});
