// Tests programs that yield the processor: the priority of each kind of program in each kind of sandbox, as reported by the kernel.
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism, getPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { ChildGroup, spawnGroup } from '../../../builder/server/programs/child-group.ts';
import type { Command } from '../../../builder/server/programs/command.ts';
import { backgroundNiceness } from '../../../builder/server/programs/priority.ts';
import { findPython, type Python } from '../../../builder/server/programs/python.ts';
import { runProgram } from '../../../builder/server/programs/run-program.ts';
import { type Cgroups, openCgroups } from '../../../builder/server/sandbox/cgroups.ts';
import { Homes } from '../../../builder/server/sandbox/homes.ts';
import { closedPythonProblem } from '../../../builder/server/sandbox/open-to-users.ts';
import {
  analyzerProcessLimits,
  compilerProcessLimits,
  environmentProcessLimits,
  gitProcessLimits,
  type ProcessLimits,
  pluginProcessLimits,
  toolchainProcessLimits,
} from '../../../builder/server/sandbox/process-limits.ts';
import { programCommand } from '../../../builder/server/sandbox/program-command.ts';
import type { Sandbox } from '../../../builder/server/sandbox/sandbox.ts';
import {
  directCommand,
  groupTrustedPrograms,
  trustedCommand,
} from '../../../builder/server/sandbox/trusted-program.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { openRemovals } from '../removal/open-removals.ts';
import { eventually, isRoot, newFolder } from '../support.ts';

const background = {
  compiler: compilerProcessLimits(builderLimits),
  analyzer: analyzerProcessLimits(builderLimits),
  toolchain: toolchainProcessLimits(builderLimits),
  uv: environmentProcessLimits(builderLimits),
  Git: gitProcessLimits(builderLimits),
};
const plugin = pluginProcessLimits(builderLimits);

/** Tries to get more processor time, reports its priority, and waits. */
const script = `import json, os, resource, sys
tries = {
    'nice': lambda: os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0) - 1),
    'real time': lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    'limit': lambda: resource.setrlimit(resource.RLIMIT_NICE, (40, 40)),
    'session': lambda: os.write(os.open('/proc/self/autogroup', os.O_WRONLY), b'-5'),
}
won = []
for name, attempt in tries.items():
    try:
        attempt()
        won.append(name)
    except (OSError, ValueError):
        pass
print(json.dumps({'won': won, 'nice': os.getpriority(os.PRIO_PROCESS, 0)}), flush=True)
sys.stdin.read()`;

const waiting = `print('{"won": [], "nice": 0}', flush=True)
import sys
sys.stdin.read()`;

const said = z.object({ won: z.array(z.string()), nice: z.int() });

const python = await usedPython();

async function usedPython(): Promise<Python> {
  const found = await findPython(inject('python'));
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** Returns the niceness (field 19 of /proc/PID/stat) of a process and all its descendants. */
function nicenessFrom(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [
    Number(stat.slice(stat.lastIndexOf(')')).split(' ')[17]),
    ...children.flatMap((id) => nicenessFrom(Number(id))),
  ];
}

/** Returns the niceness of those processes' sessions, if the kernel schedules by session. */
function sessionsFrom(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  const path = `/proc/${pid}/autogroup`;
  const [, own] = existsSync(path) ? (/nice (-?\d+)/.exec(readFileSync(path, 'utf8')) ?? []) : [];
  return [...(own === undefined ? [] : [Number(own)]), ...children.flatMap((id) => sessionsFrom(Number(id)))];
}

interface Found {
  /** Successful attempts to get more processor time. */
  won: string[];
  nice: number;
  /** Each niceness found among the program's processes. */
  processes: number[];
  sessions: number[];
}

/** Runs the program. If `lowered` is set, waits until its session has that niceness. */
async function run(command: Command, lowered?: number): Promise<Found> {
  const group = new ChildGroup(command);
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    group.child.stdout?.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
    let errors = '';
    group.child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    void group.exited.then((reason) => reject(new Error(`${reason}: ${errors}`)));
  });
  const { pid = 0 } = group.child;
  if (hasSessions && lowered !== undefined) await eventually(() => sessionsFrom(pid)).toEqual([lowered]);
  const found = {
    ...said.parse(JSON.parse(line)),
    processes: [...new Set(nicenessFrom(pid))],
    sessions: [...new Set(sessionsFrom(pid))],
  };
  await group.end('the test has ended');
  return found;
}

const hasSessions = existsSync('/proc/self/autogroup');
/** The niceness of the tests, which the builder inherits. `yielding` is the niceness of background work. */
const normal = getPriority();
const yielding = Math.max(normal, backgroundNiceness);
const all = (nice: number): Found => ({ won: [], nice, processes: [nice], sessions: hasSessions ? [nice] : [] });

/** As root, instances have their own users if those users can read Python. */
const users = isRoot ? ((await closedPythonProblem(python)) === undefined ? [true, false] : [false]) : [false];
const sandboxes: Sandbox[] = (['namespaces', 'landlock', 'vm', 'none'] as const).flatMap((kind) =>
  users.map((ownUser) => ({ kind, ownUser, cgroup: 'none' as const })),
);

describe.each(sandboxes)('sandbox $kind, with its own user: $ownUser', (sandbox) => {
  async function confined(limits: ProcessLimits): Promise<Found> {
    const folder = newFolder();
    chmodSync(folder, 0o711);
    const homes = new Homes(join(folder, 'instances'), undefined, await openRemovals(folder));
    await homes.clear();
    const home = await homes.make({ kind: 'probe' }, sandbox, limits);
    const temp = sandbox.kind === 'namespaces' ? '/tmp' : home.temp;
    if (isRoot) chownSync(home.temp, home.uid, home.uid);
    try {
      return await run(
        programCommand({ sandbox, python }, home, {
          argv: [python.executable, '-I', '-S', '-c', script],
          folder: temp,
          environment: {},
          confinement: { readOnly: [], writable: [], network: false },
          limits,
        }),
      );
    } finally {
      await home.remove();
    }
  }

  test("a plugin has the normal priority, and can't raise it", { tags: ['namespaces'] }, async () => {
    const { sessions, ...rest } = await confined(plugin);
    const { sessions: _, ...expected } = all(normal);
    expect(rest).toEqual(expected);
    // A new session starts at 0, whatever the niceness of its processes.
    expect(sessions.filter((nice) => nice !== 0 && nice !== normal)).toEqual([]);
  });

  test.each([
    ['compiler', background.compiler],
    ['analyzer', background.analyzer],
  ])('the %s yields to calls, with all its processes', { tags: ['namespaces'] }, async (_, limits) => {
    expect(await confined(limits)).toEqual(all(yielding));
  });
});

describe('programs outside the sandbox', () => {
  test.each(Object.entries(background))('the %s yields to calls', async (_, limits) => {
    const argv = [python.executable, '-I', '-S', '-c', script];
    expect(await run(trustedCommand(python, { argv, folder: '/', environment: {}, limits }))).toEqual(all(yielding));
  });

  test('a process started in advance yields to calls if its work does', { tags: 'long' }, async () => {
    const command: Command = {
      file: process.execPath,
      args: ['-e', 'setInterval(() => {}, 1000)'],
      env: {},
      endSignal: 'SIGKILL',
    };
    const child = spawnGroup(command);
    expect(getPriority(child.pid)).toBe(getPriority());
    const group = new ChildGroup({ ...command, isBackground: true }, undefined, child);
    expect(getPriority(child.pid)).toBe(Math.max(backgroundNiceness, getPriority()));
    group.end('the test is over');
    await group.exited;
  });

  test('a program that is run directly yields to calls', async () => {
    const { processes, sessions } = await run(
      directCommand([python.executable, '-I', '-S', '-c', waiting], {}),
      yielding,
    );
    expect({ processes, sessions }).toEqual({ processes: [yielding], sessions: hasSessions ? [yielding] : [] });
  });
});

describe('control groups, where the builder may create them', () => {
  const megabyte = 1024 ** 2;
  const common = { memoryBytes: 64 * megabyte, processes: 8, cpus: 1 };
  /** The builder's control groups, or the reason why it has none. */
  let cgroups: Cgroups | string;
  beforeAll(async () => {
    cgroups = await openCgroups(newFolder(), python.executable);
  });
  afterAll(async () => {
    groupTrustedPrograms([]);
    if (typeof cgroups !== 'string') await cgroups.remove();
  });

  /** Returns the weight of the group that contains these folders. */
  function weights(folders: readonly string[]): number[] {
    const files = folders.flatMap((folder) => ['cpu.weight', 'cpu.shares'].map((file) => join(dirname(folder), file)));
    return files.filter(existsSync).map((file) => Number(readFileSync(file, 'utf8')));
  }

  test("all background work together has a tenth of the instances' weight", async () => {
    if (typeof cgroups === 'string') return expect(cgroups).toMatch(/group|permission|read-only/i);
    const serving = await cgroups.group({ ...common, isBackground: false });
    const building = await cgroups.group({ ...common, isBackground: true });
    const [whole, tenth] = cgroups.version === 'v2' ? [100, 10] : [1024, 102];
    expect([serving.folders, building.folders, cgroups.programs].map(weights)).toEqual([[whole], [tenth], [tenth]]);
    await Promise.all([serving.remove(), building.remove()]);
  });

  test("a program outside the sandbox is in the background group, or in the builder's own group", async () => {
    const programs = typeof cgroups === 'string' ? [] : cgroups.programs;
    groupTrustedPrograms(programs);
    const argv = [python.executable, '-I', '-S', '-c', "print(open('/proc/self/cgroup').read())"];
    const command = trustedCommand(python, { argv, folder: '/', environment: {}, limits: background.uv });
    const ran = await runProgram(command, { timeoutMs: 60_000, outputBytesMax: megabyte });
    if (ran.ended !== 'exit') throw new Error(ran.ended);
    const [folder] = programs;
    if (folder === undefined)
      expect(ran.output.toString().trim()).toBe(readFileSync('/proc/self/cgroup', 'utf8').trim());
    else expect(ran.output.toString()).toContain(`${basename(dirname(folder))}/programs`);
  });
});

test('background work finishes even if calls use every processor', { tags: 'long' }, async () => {
  const busy = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn(python.executable, ['-I', '-S', '-c', 'while True: pass'], { detached: true, stdio: 'ignore' }),
  );
  try {
    const argv = [python.executable, '-I', '-S', '-c', 'sum(range(3_000_000))'];
    const command = trustedCommand(python, { argv, folder: '/', environment: {}, limits: background.compiler });
    const ran = await runProgram(command, { timeoutMs: 50_000, outputBytesMax: 1000 });
    expect(ran).toMatchObject({ ended: 'exit', succeeded: true });
  } finally {
    for (const loop of busy) loop.kill('SIGKILL');
  }
});
