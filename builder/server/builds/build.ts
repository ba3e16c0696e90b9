// Runs one build, step by step: unpack, prepare, download, compile. Steps and output are reported to the listener.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp } from 'node:fs/promises';
import { z } from 'zod';
import type { Build, BuildEvent, BuildSpec } from '../../../src/contract/builds.ts';
import type { Log } from '../../../src/core/log.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { unpack } from '../blobs/unpack.ts';
import type { Homes } from '../sandbox/homes.ts';
import { compilerProcessLimits } from '../sandbox/process-limits.ts';
import { BuildFailed } from './build-failed.ts';
import { type BuildFolders, makeFolders } from './build-folders.ts';
import { type CompileMachine, Compiler } from './compile.ts';
import type { CompileCaches } from './compile-caches.ts';
import { downloadModules } from './modules.ts';
import { provenanceOf } from './provenance.ts';
import type { Toolchain } from './toolchain.ts';

export interface BuildMachine extends CompileMachine {
  homes: Homes;
  caches: CompileCaches;
  blobs: Blobs;
  log: Log;
}

type Step = Extract<BuildEvent, { type: 'step' }>['step'];

export interface BuildListener {
  step(step: Step): void;
  line(line: string): void;
}

export type BuildResult = Pick<Build, 'artifact' | 'provenance'>;

/** Returns the artifact. Rejects with a BuildFailed if the source is at fault or a limit is exceeded. */
export async function runBuild(machine: BuildMachine, spec: BuildSpec, listener: BuildListener): Promise<BuildResult> {
  const { toolchain, caches, homes, sandbox, limits } = machine;
  const deadline = performance.now() + limits.buildMs;
  await toolchain.ready();
  const home = await homes.make('build', sandbox, compilerProcessLimits(limits), caches.uidOf(spec.scope));
  let compiler: Compiler | undefined;
  try {
    const folders = await makeFolders(home, sandbox.ownUser);
    const newCompiler = () => new Compiler(machine, home, folders, caches.path(spec.scope));
    if (await caches.has(spec.scope)) compiler = newCompiler();
    listener.step('unpack');
    const [unpackError] = await Promise.all([
      unpack(machine.blobs.path(spec.archive), folders.source, 'go'),
      cp(toolchain.hostFolder, folders.host, { recursive: true }),
    ]);
    if (unpackError !== undefined) throw new BuildFailed('archive-invalid', unpackError);
    listener.step('prepare');
    const prepared = await prepare(toolchain, folders);
    if (prepared.download) {
      listener.step('download');
      await downloadModules(toolchain, folders, timeLeft(deadline, machine.limits.downloadMs), listener.line);
    }
    listener.step('compile');
    if (!compiler) {
      await toolchain.compileStandard(prepared.imports, timeLeft(deadline, machine.limits.compileMs));
      await caches.create(spec.scope, toolchain.sharedCache);
      compiler = newCompiler();
    }
    const executable = await compiler.compile(timeLeft(deadline, machine.limits.compileMs), listener.line);
    return await storeArtifact(machine, spec, executable);
  } finally {
    await compiler?.end();
    // Not awaited, so that the result isn't delayed. What a builder leaves behind, the next one removes at its start.
    home.remove().catch((cause) => machine.log.error('build.not_removed', { cause }));
  }
}

async function storeArtifact(machine: BuildMachine, spec: BuildSpec, executable: string): Promise<BuildResult> {
  const [artifact, provenance] = await Promise.all([
    digestAndSize(executable),
    provenanceOf(machine.toolchain, executable, spec),
  ]);
  await machine.blobs.adopt(executable, artifact.sha256);
  return { artifact, provenance };
}

async function digestAndSize(path: string): Promise<Build['artifact']> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size_bytes: size };
}

const preparedSchema = z.object({
  /** Whether the source requires modules that must be downloaded. */
  download: z.boolean(),
  /** Imports of the source that can only be packages of the standard library. */
  imports: z.array(z.string()),
});
type Prepared = z.infer<typeof preparedSchema>;

const prepareOutputSchema = z.union([z.object({ refused: z.string() }), preparedSchema]);

async function prepare(toolchain: Toolchain, { source, work }: BuildFolders): Promise<Prepared> {
  const argv = [toolchain.prepareCommand, '-source', source, '-work', work, '-host', '../host'];
  const ran = await toolchain.runQuick(argv);
  if (!ran.succeeded) throw new Error(`Preparing the source failed: ${ran.errors}`);
  const output = prepareOutputSchema.parse(JSON.parse(ran.output.toString('utf8')));
  if ('refused' in output) throw new BuildFailed('source-refused', output.refused);
  return output;
}

function timeLeft(deadline: number, atMost: number): number {
  return Math.max(1, Math.min(atMost, deadline - performance.now()));
}
