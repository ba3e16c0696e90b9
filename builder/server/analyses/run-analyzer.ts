// Runs the analyzer on a prepared source, confined like a compiler, and tells apart who is at fault if it has no result.
import { join } from 'node:path';
import { z } from 'zod';
import { reachedCapabilitySchema } from '../../../src/contract/builder/analyses.ts';
import { parseJson } from '../../../src/core/json/parse.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
import type { BuildMachine } from '../builds/build.ts';
import type { BuildFolders } from '../builds/build-folders.ts';
import { rewritePaths } from '../builds/wasm.ts';
import { type Exited, requireNotStopped, runProgram } from '../programs/run-program.ts';
import { analyzerProcessLimits } from '../sandbox/process-limits.ts';
import { type Program, programCommand } from '../sandbox/program-command.ts';
import { type Home, hasOwnRoot, type Mount } from '../sandbox/sandbox.ts';
import type { Analyzer } from './analyzer.ts';

/** Enough for the functions of many hundred packages. The capabilities take at most about 50 KB of it. */
const outputBytesMax = 8 * 1024 * 1024;

/** Printed by a Go program that gets no more memory. */
const outOfMemory = /out of memory|cannot allocate memory/i;

const outputSchema = z.union([
  z.object({ failed: z.string() }),
  z.object({ reached: z.array(reachedCapabilitySchema), functions: z.string() }),
]);
export type Reached = Exclude<z.infer<typeof outputSchema>, { failed: string }>;

/** Ends an analysis without a result. The plugin's author sees the message as the reason. */
export class AnalysisFailed extends Error {
  override readonly name = 'AnalysisFailed';
}

/** The analyzer can't read the source. */
export class SourceUnreadable extends AnalysisFailed {}

/** The analyzer ended without a result although the source exceeded no limit, so the source isn't at fault. */
export class AnalyzerCrashed extends Error {
  override readonly name = 'AnalyzerCrashed';
  /** True if its own code ended it, which each attempt repeats. Otherwise it didn't start, or printed nothing. */
  readonly panicked: boolean;
  /** Its standard error. */
  readonly errors: string;

  constructor(reason: string, ran: Exited) {
    super(reason);
    this.panicked = ran.reason === 'exit code 2';
    this.errors = ran.errors.slice(0, 4000);
  }
}

/** Rejects with an AnalysisFailed or an AnalyzerCrashed. */
export async function runAnalyzer(
  machine: BuildMachine,
  analyzer: Analyzer,
  { home, folders }: { home: Home; folders: BuildFolders },
): Promise<Reached> {
  const { limits, toolchain } = machine;
  const command = programCommand(machine, home, analyzerProgram(machine, analyzer, folders));
  const ran = await runProgram(command, { timeoutMs: limits.analysisMs, outputBytesMax });
  if (ran.ended !== 'exit') {
    const limit =
      ran.ended === 'timeout' ? `did not finish within ${formatSeconds(limits.analysisMs)}` : 'printed too much';
    throw new AnalysisFailed(`The analysis ${limit}.`);
  }
  if (!ran.succeeded) {
    requireNotStopped(ran, 'The analyzer');
    if (ran.endedBy === 'limit' || outOfMemory.test(ran.errors))
      throw new AnalysisFailed(`The analysis exceeded a limit: ${ran.reason}.`);
    throw new AnalyzerCrashed(ran.reason, ran);
  }
  const output = outputSchema.safeParse(parseJson(ran.output.toString('utf8')));
  if (!output.success) throw new AnalyzerCrashed('it printed no result', ran);
  if ('failed' in output.data) throw new SourceUnreadable(rewritePaths(output.data.failed, folders, toolchain));
  return output.data;
}

function analyzerProgram(
  { limits, sandbox, toolchain }: BuildMachine,
  analyzer: Analyzer,
  { all, source, temp }: BuildFolders,
): Program {
  const { go, modules } = toolchain;
  const tempInside = hasOwnRoot(sandbox) ? '/tmp' : temp;
  return {
    argv: [analyzer.executable, '-source', source],
    folder: source,
    environment: {
      ...toolchain.offlineSettings(tempInside),
      PATH: `${join(go.root, 'bin')}:/usr/bin:/bin`,
      GOCACHE: join(tempInside, 'go-cache'),
    },
    confinement: {
      readOnly: [...go.mounts, ...[modules, all, analyzer.folder].map((path): Mount => [path, path])],
      writable: [],
      network: false,
    },
    limits: analyzerProcessLimits(limits),
  };
}
