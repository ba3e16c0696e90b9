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
  const home = await homes.make('build', sandbox, caches.uidOf(spec.scope));
  try {
    const folders = await makeFolders(home, toolchain.hostFolder, sandbox.ownUser);
    listener.step('unpack');
    const wrong = await unpack(machine.blobs.path(spec.archive), folders.source, 'go');
    if (wrong !== undefined) throw new BuildFailed('archive-invalid', wrong);
    listener.step('prepare');
    const prepared = await prepare(toolchain, folders);
    if (prepared.download) {
      listener.step('download');
      await downloadModules(toolchain, folders, timeLeft(deadline, machine.limits.downloadMs), listener.line);
    }
    listener.step('compile');
    if (!(await caches.has(spec.scope))) {
      await toolchain.compileStandard(prepared.imports, timeLeft(deadline, machine.limits.compileMs));
      await caches.begin(spec.scope, toolchain.sharedCache);
    }
    return await finish(machine, spec, home, folders, deadline, listener);
  } finally {
    await home.remove();
  }
}

async function finish(
  machine: BuildMachine,
  spec: BuildSpec,
  home: InstanceHome,
  folders: BuildFolders,
  deadline: number,
  listener: BuildListener,
): Promise<Built> {
  const timeoutMs = timeLeft(deadline, machine.limits.compileMs);
  const cache = machine.caches.path(spec.scope);
  const executable = await compile(machine, home, folders, cache, timeoutMs, listener.line);
  const provenance = await provenanceOf(machine.toolchain, executable, folders.temp, spec);
  return { artifact: await machine.blobs.adopt(executable), provenance };
}

const preparedSchema = z.object({
  /** Whether there are modules to download. */
  download: z.boolean(),
  /** Of the standard library, perhaps: what the source imports and no path of a module can be. */
  imports: z.array(z.string()),
});
type Prepared = z.infer<typeof preparedSchema>;

const toldSchema = z.union([z.object({ refused: z.string() }), preparedSchema]);
const prepareMs = 20_000;

async function prepare(toolchain: Toolchain, { source, work, temp }: BuildFolders): Promise<Prepared> {
  const argv = [toolchain.prepareCommand, '-source', source, '-work', work, '-host', '../host'];
  const ran = await toolchain.run(argv, temp, {}, { timeoutMs: prepareMs });
  if (!ran.succeeded) throw new Error(`prepare failed: ${ran.errors}`);
  const told = toldSchema.parse(JSON.parse(ran.output.toString('utf8')));
  if ('refused' in told) throw new BuildFailed('source-refused', told.refused);
  return told;
}

function timeLeft(deadline: number, atMost: number): number {
  return Math.max(1, Math.min(atMost, deadline - performance.now()));
}
