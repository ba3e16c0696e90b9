// One build, step by step: unpack, prepare, download, compile. Every step is one named call; what it says goes to whoever listens.
import { z } from 'zod';
import type { Build, BuildEvent, BuildSpec } from '../../../src/contract/builds.ts';
import type { Blobs } from '../blobs.ts';
import type { InstanceHome, InstanceHomes } from '../instance-home.ts';
import { unpack } from '../unpack.ts';
import { BuildFailed } from './build-failed.ts';
import { type BuildFolders, makeFolders } from './build-folders.ts';
import { type CompileMachine, compile } from './compile.ts';
import type { CompileCaches } from './compile-caches.ts';
import { downloadModules } from './modules.ts';
import { provenanceOf } from './provenance.ts';
import type { Toolchain } from './toolchain.ts';

export interface BuildMachine extends CompileMachine {
  homes: InstanceHomes;
  caches: CompileCaches;
  blobs: Blobs;
}

type Step = Extract<BuildEvent, { type: 'step' }>['step'];

export interface BuildListener {
  step(step: Step): void;
  line(line: string): void;
}

export type Built = Pick<Build, 'artifact' | 'provenance'>;

/** Rejects with a BuildFailed when it is the source's doing, or a limit's. */
export async function runBuild(machine: BuildMachine, spec: BuildSpec, listener: BuildListener): Promise<Built> {
  const { toolchain, caches, homes, sandbox } = machine;
  const deadline = performance.now() + machine.limits.buildMs;
  await toolchain.ready();
  const cache = await caches.of(spec.scope, toolchain.sharedCache);
  const home = await homes.make('build', sandbox, cache.uid);
  try {
    const folders = await makeFolders(home, toolchain.hostFolder, sandbox.ownUser);
    listener.step('unpack');
    const wrong = await unpack(machine.blobs.path(spec.archive), folders.source, 'go');
    if (wrong !== undefined) throw new BuildFailed('archive-invalid', wrong);
    listener.step('prepare');
    if (await prepare(toolchain, folders)) {
      listener.step('download');
      await downloadModules(toolchain, folders, timeLeft(deadline, machine.limits.downloadMs), listener.line);
    }
    listener.step('compile');
    return await finish(machine, spec, home, folders, cache.path, deadline, listener);
  } finally {
    await home.remove();
  }
}

async function finish(
  machine: BuildMachine,
  spec: BuildSpec,
  home: InstanceHome,
  folders: BuildFolders,
  cache: string,
  deadline: number,
  listener: BuildListener,
): Promise<Built> {
  const timeoutMs = timeLeft(deadline, machine.limits.compileMs);
  const executable = await compile(machine, home, folders, cache, timeoutMs, listener.line);
  const provenance = await provenanceOf(machine.toolchain, executable, folders.temp, spec);
  return { artifact: await machine.blobs.adopt(executable), provenance };
}

const preparedSchema = z.union([z.object({ refused: z.string() }), z.object({ download: z.boolean() })]);
const prepareMs = 20_000;

/** Whether there are modules to download. */
async function prepare(toolchain: Toolchain, { source, work, temp }: BuildFolders): Promise<boolean> {
  const argv = [toolchain.prepareCommand, '-source', source, '-work', work, '-host', '../host'];
  const ran = await toolchain.run(argv, temp, {}, { timeoutMs: prepareMs });
  if (!ran.succeeded) throw new Error(`prepare failed: ${ran.errors}`);
  const prepared = preparedSchema.parse(JSON.parse(ran.output.toString('utf8')));
  if ('refused' in prepared) throw new BuildFailed('source-refused', prepared.refused);
  return prepared.download;
}

function timeLeft(deadline: number, atMost: number): number {
  return Math.max(1, Math.min(atMost, deadline - performance.now()));
}
