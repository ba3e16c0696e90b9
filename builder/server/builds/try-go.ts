// Compiles a sample as builds do, and starts a Go program as plugins are started, to find out whether Go works on this machine.
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { probeMs } from '../../../src/contract/limits/builder.ts';
import type { MachineProblem } from '../core/machine-problem.ts';
import { explain, requireNotStopped, runProgram, triedAgain } from '../programs/run-program.ts';
import { closedPath } from '../sandbox/open-to-users.ts';
import { compilerProcessLimits, pluginProcessLimits } from '../sandbox/process-limits.ts';
import { programCommand } from '../sandbox/program-command.ts';
import { copyReadable, fileModes } from '../sandbox/readable-copies.ts';
import { basicVariables, type Home, hasOwnRoot, tempInside } from '../sandbox/sandbox.ts';
import type { BuildMachine } from './build.ts';
import { type BuildFolders, makeFolders } from './build-folders.ts';
import { Compiler } from './compile.ts';
import { type Go, goName } from './go.ts';
import { goSample } from './go-sample.ts';
import { executableTarget } from './targets.ts';

const outputBytesMax = 64 * 1024;

/** Returns why plugins can't be built or started on this machine. */
export async function goProblem(machine: BuildMachine): Promise<MachineProblem | undefined> {
  try {
    await triedAgain(() => buildAndStart(machine));
    return undefined;
  } catch (error) {
    const { go } = machine.toolchain;
    const closed = machine.sandbox.ownUser ? await closedGoProblem(go) : undefined;
    const cause = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    const problem = `${goName(go.version)} can't build plugins on this machine: ${cause}`;
    return closed ?? { problem, fix: 'Install Go from https://go.dev/dl in /usr/local/go' };
  }
}

/** Rejects if a step fails. */
async function buildAndStart(machine: BuildMachine): Promise<void> {
  const { homes, limits, sandbox } = machine;
  const home = await homes.make({ kind: 'probe' }, sandbox, compilerProcessLimits(limits));
  try {
    await compile(machine, home, await makeFolders(home, sandbox.ownUser));
    await startProgram(machine, home);
  } finally {
    await home.remove();
  }
}

/** Returns why the compilers' users can't read this Go. */
export async function closedGoProblem({
  executable,
  mounts,
  root,
}: Pick<Go, 'executable' | 'mounts' | 'root'>): Promise<MachineProblem | undefined> {
  for (const path of [executable, ...mounts.map(([source]) => source)]) {
    const closed = await closedPath(path);
    if (closed === undefined) continue;
    const command = `chmod o+${closed === path ? 'r' : ''}x ${closed}`;
    return {
      problem: `Compilers run as their own users, which can't read ${root}, because ${closed} is closed to them`,
      fix: `Run \`${command}\`, or install Go where every user may read it, such as /usr/local/go`,
    };
  }
  return undefined;
}

async function compile(machine: BuildMachine, home: Home, folders: BuildFolders): Promise<void> {
  const { sandbox, toolchain } = machine;
  const cache = join(folders.all, 'cache');
  await mkdir(cache);
  if (sandbox.ownUser) await chown(cache, home.uid, home.uid);
  await toolchain.open();
  const sample = goSample('sample', toolchain.go.minor);
  for (const [name, text] of Object.entries(sample)) await writeFile(join(folders.source, name), text);
  await writeFile(join(folders.work, 'go.mod'), sample['go.mod']);
  await writeFile(join(folders.work, 'overlay.json'), '{"Replace": {}}');
  const compiler = new Compiler(machine, home, { folders, cache, target: executableTarget });
  try {
    await compiler.compile(probeMs, () => {});
  } finally {
    await compiler.end();
  }
}

/** Starts a copy of Go's assembler from the folder that a plugin would be in. */
async function startProgram(machine: BuildMachine, home: Home): Promise<void> {
  const { limits, sandbox, toolchain } = machine;
  const { root, target } = toolchain.go;
  const program = 'program';
  const assembler = join(root, 'pkg/tool', target.replace('/', '_'), 'asm');
  await copyReadable(assembler, join(home.code, program), fileModes.runnable);
  const temp = tempInside(sandbox, home);
  const inside = '/plugin';
  const command = programCommand(machine, home, {
    argv: [join(hasOwnRoot(sandbox) ? inside : home.code, program), '-V'],
    folder: temp,
    environment: basicVariables(temp),
    confinement: { readOnly: [[home.code, inside]], writable: [], network: false },
    limits: pluginProcessLimits(limits),
  });
  const ran = await runProgram(command, { timeoutMs: probeMs, outputBytesMax });
  requireNotStopped(ran, 'A Go program');
  if (ran.ended !== 'exit' || !ran.succeeded) throw new Error(`a Go program doesn't start: ${explain(ran)}`);
}
