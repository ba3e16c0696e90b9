// Runs one build, step by step: unpack, prepare, download, compile, and compile to WebAssembly. Reports steps and output to the
// listener.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { Build, BuildEvent, BuildSpec, WasmOutcome } from '../../../src/contract/builder/builds.ts';
import type { Log } from '../../../src/core/log.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { unpack } from '../blobs/unpack.ts';
import { explain } from '../programs/run-program.ts';
import type { Owner, Removals } from '../removal/removals.ts';
import type { Homes } from '../sandbox/homes.ts';
import { compilerProcessLimits } from '../sandbox/process-limits.ts';
import { copyReadableTree } from '../sandbox/readable-copies.ts';
import { BuildFailed } from './build-failed.ts';
import { type BuildFolders, makeFolders } from './build-folders.ts';
import { type CompileMachine, Compiler } from './compile.ts';
import type { CompileCaches } from './compile-caches.ts';
import { downloadModules, requireOldModules } from './modules.ts';
import type { Package } from './package-survey.ts';
import { buildProvenance, wasmProvenance } from './provenance.ts';
import { executableTarget, type Target, wasmTarget } from './targets.ts';
import type { Toolchain } from './toolchain.ts';
import { failureOutcome, finishModule, type Survey, surveyPackages } from './wasm.ts';

export interface BuildMachine extends CompileMachine {
  homes: Homes;
  caches: CompileCaches;
  blobs: Blobs;
  removals: Removals;
  log: Log;
}

type Step = Extract<BuildEvent, { type: 'step' }>['step'];

export interface BuildListener {
  step(step: Step): void;
  line(line: string): void;
}

export type BuildResult = Pick<Build, 'artifact' | 'provenance' | 'wasm'>;

interface Job {
  machine: BuildMachine;
  spec: BuildSpec;
  listener: BuildListener;
  folders: BuildFolders;
  /** Returns the time left, capped at `atMost`. */
  timeLeft(atMost: number): number;
  /** Starts a compiler, which waits until the source is available. */
  newCompiler(target: Target): Compiler;
  /** Cleanup functions to call when the build ends. */
  releases: (() => Promise<void>)[];
}

/** Returns the artifacts. Rejects with a BuildFailed if the source is at fault or a limit is exceeded. */
export async function runBuild(machine: BuildMachine, spec: BuildSpec, listener: BuildListener): Promise<BuildResult> {
  const { toolchain, caches, homes, sandbox, limits } = machine;
  const deadline = performance.now() + limits.buildMs;
  await toolchain.ready();
  const owner: Owner = { kind: 'build', id: spec.scope, organization: spec.organization };
  const home = await homes.make(owner, sandbox, compilerProcessLimits(limits), caches.uidOf(spec.scope));
  const compilers: Compiler[] = [];
  const releases: Job['releases'] = [];
  try {
    const folders = await makeFolders(home, sandbox.ownUser);
    const newCompiler = (target: Target) => {
      const compiler = new Compiler(machine, home, { folders, cache: caches.path(spec.scope), target });
      compilers.push(compiler);
      return compiler;
    };
    const timeLeft = (atMost: number) => Math.max(1, Math.min(atMost, deadline - performance.now()));
    return await prepareAndCompile({ machine, spec, listener, folders, timeLeft, newCompiler, releases });
  } finally {
    for (const compiler of compilers) await compiler.end();
    for (const release of releases) release().catch((cause) => machine.log.error('modules.not_pruned', { cause }));
    void home.remove(); // not awaited, so the result isn't delayed
  }
}

async function prepareAndCompile(job: Job): Promise<BuildResult> {
  const { machine, spec, listener, folders, timeLeft } = job;
  const { toolchain, caches, limits } = machine;
  const early = (await caches.has(spec.scope)) ? job.newCompiler(executableTarget) : undefined;
  listener.step('unpack');
  const [unpackError] = await Promise.all([
    unpack(machine.blobs.path(spec.archive), folders.source, 'go'),
    copyReadableTree(toolchain.hostFolder, folders.host),
  ]);
  if (unpackError !== undefined) throw new BuildFailed('archive-invalid', unpackError);
  listener.step('prepare');
  const prepared = await prepare(toolchain, folders);
  if (prepared.download) {
    listener.step('download');
    job.releases.push(await downloadModules(toolchain, folders, timeLeft(limits.downloadMs), listener.line));
    if (spec.older_than !== undefined) await requireOldModules(toolchain, folders, spec.older_than);
  }
  listener.step('compile');
  const survey = spec.wasm && (await surveyPackages(toolchain, folders, timeLeft(limits.compileMs)));
  if (!early) await createCache(job, prepared.imports, survey);
  const executable = await compile(job, executableTarget, early);
  const built = await storeArtifact(machine, spec, executable);
  if (!survey) return built;
  return { ...built, wasm: 'reason' in survey ? survey : await buildModule(job, survey.packages) };
}

/** Fills the plugin's own cache with the standard-library packages that its targets need. */
async function createCache(
  { machine: { caches, limits, toolchain }, spec, timeLeft }: Job,
  imports: string[],
  survey: Survey | undefined,
): Promise<void> {
  await toolchain.compileStandard(imports, timeLeft(limits.compileMs));
  if (survey && 'packages' in survey) await toolchain.compileStandard(imports, timeLeft(limits.compileMs), wasmTarget);
  await caches.create(spec.scope, toolchain.sharedCache);
}

function compile(job: Job, target: Target, compiler = job.newCompiler(target)): Promise<string> {
  return compiler.compile(job.timeLeft(job.machine.limits.compileMs), job.listener.line);
}

async function buildModule(job: Job, packages: Package[]): Promise<WasmOutcome> {
  const { machine, spec, folders, listener } = job;
  listener.step('compile-wasm');
  const compiled = await compile(job, wasmTarget).catch(failureOutcome);
  if (typeof compiled !== 'string') return compiled;
  const finished = await finishModule(compiled, folders);
  if ('reason' in finished) return finished;
  const artifact = { ...(await digestAndSize(finished.path)), compressed_bytes: finished.compressedBytes };
  await machine.blobs.adopt(finished.path, artifact.sha256);
  return { artifact, provenance: wasmProvenance(machine.toolchain, packages, spec) };
}

async function storeArtifact(machine: BuildMachine, spec: BuildSpec, executable: string): Promise<BuildResult> {
  const [artifact, provenance] = await Promise.all([
    digestAndSize(executable),
    buildProvenance(machine.toolchain, executable, spec),
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
  /** True if the source requires modules that must be downloaded. */
  download: z.boolean(),
  /** The source's imports that only the standard library can provide. */
  imports: z.array(z.string()),
});
type Prepared = z.infer<typeof preparedSchema>;

const prepareOutputSchema = z.union([z.object({ refused: z.string() }), preparedSchema]);

export async function prepare(toolchain: Toolchain, { source, work }: BuildFolders): Promise<Prepared> {
  const argv = [toolchain.prepareCommand, '-source', source, '-work', work, '-host', '../host'];
  const ran = await toolchain.runQuick(argv);
  if (!ran.succeeded) throw new Error(`Preparing the source failed: ${explain(ran)}`);
  const output = prepareOutputSchema.parse(JSON.parse(ran.output.toString('utf8')));
  if ('refused' in output) throw new BuildFailed('source-refused', output.refused);
  return output;
}
