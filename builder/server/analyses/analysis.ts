<<<<<<< HEAD
// Analyzes what a plugin's program can reach: unpack, prepare, download, then run the analyzer. No plugin code runs.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { AnalysisSpec, ProgramAnalysis } from '../../../src/contract/builder/analyses.ts';
=======
// Analyzes what a plugin's program can reach: unpack, prepare, download, then run the analyzer, confined like a compiler. No plugin
// code runs.

import { copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  type AnalysisSpec,
  type ProgramAnalysis,
  reachedCapabilitySchema,
} from '../../../src/contract/builder/analyses.ts';
import { formatSeconds } from '../../../src/core/quantities.ts';
>>>>>>> b0355b14c71b526443e6a301dd5316d237244c46
import { unpack } from '../blobs/unpack.ts';
import { type BuildMachine, prepare } from '../builds/build.ts';
import { type BuildFolders, makeFolders } from '../builds/build-folders.ts';
import { downloadModules } from '../builds/modules.ts';
import { analyzerProcessLimits } from '../sandbox/process-limits.ts';
import { copyReadable, copyReadableTree } from '../sandbox/readable-copies.ts';
import type { Analyzer } from './analyzer.ts';
import { AnalysisFailed, runAnalyzer } from './run-analyzer.ts';

/** Makes the methods of `Plugin` reachable. Replaces the entry point that calls the host. */
export const entry = 'package main\n\nvar slipwayEntry any = &Plugin\n';
export const entryName = 'zz_slipway_entry.go';

const overlaySchema = z.object({ Replace: z.record(z.string(), z.string()) });

/** Rejects as `runAnalyzer` does, or with a BuildFailed that a build of the same source would also hit. */
export async function runAnalysis(
  machine: BuildMachine,
  analyzer: Analyzer,
  { archive, organization }: AnalysisSpec,
): Promise<Omit<ProgramAnalysis, 'recipe'>> {
  const { blobs, homes, limits, sandbox, toolchain } = machine;
  const home = await homes.make(
    { kind: 'analysis', id: archive, organization },
    sandbox,
    analyzerProcessLimits(limits),
  );
  let release = async () => {};
  try {
    const folders = await makeFolders(home, sandbox.ownUser);
    const [unpackError] = await Promise.all([
      unpack(blobs.path(archive), folders.source, 'go'),
      copyReadableTree(toolchain.hostFolder, folders.host),
    ]);
    if (unpackError !== undefined) throw new AnalysisFailed(unpackError);
    const prepared = await prepare(toolchain, folders);
    if (prepared.download) release = await downloadModules(toolchain, folders, limits.downloadMs, () => {});
    await applyOverlay(folders);
    const { reached, functions } = await runAnalyzer(machine, analyzer, { home, folders });
    return { reached, functions: functions === '' ? null : functions };
  } finally {
    release().catch((cause) => machine.log.error('modules.not_pruned', { cause }));
    void home.remove();
  }
}

/** Changes the source to match what the compiler sees: the analyzer reads files by path. */
async function applyOverlay({ source, work }: BuildFolders): Promise<void> {
  const { Replace: replace } = overlaySchema.parse(JSON.parse(await readFile(join(work, 'overlay.json'), 'utf8')));
  const paths = Object.entries(replace);
  for (const [path, content] of paths.filter(([, content]) => content !== '')) {
    await mkdir(dirname(path), { recursive: true });
    await copyReadable(content, path);
  }
  for (const [path] of paths.filter(([, content]) => content === '')) await rm(path);
  for (const name of ['go.mod', 'go.sum']) await copyReadable(join(work, name), join(source, name));
  await writeFile(join(source, entryName), entry);
}
<<<<<<< HEAD
=======

async function analyze(
  machine: BuildMachine,
  analyzer: Analyzer,
  { home, folders }: { home: Home; folders: BuildFolders },
): Promise<Omit<ProgramAnalysis, 'recipe'>> {
  const { limits, toolchain } = machine;
  const command = programCommand(machine, home, analyzerProgram(machine, analyzer, folders));
  const ran = await runProgram(command, { timeoutMs: limits.analysisMs, outputBytesMax });
  if (ran.ended !== 'exit') {
    const limit =
      ran.ended === 'timeout' ? `did not finish within ${formatSeconds(limits.analysisMs)}` : 'printed too much';
    throw new AnalysisFailed(`The analysis ${limit}.`);
  }
  if (ran.isEndedWithoutLimit) throw new Error(`The analyzer was stopped: ${ran.reason}.`);
  if (!ran.succeeded) {
    machine.log.warn('analysis.ended', { reason: ran.reason, errors: ran.errors.slice(0, 4000) });
    throw new AnalysisFailed(`The analyzer was stopped or crashed: ${ran.reason}.`);
  }
  const output = outputSchema.safeParse(JSON.parse(ran.output.toString('utf8')));
  if (!output.success) throw new Error(`The analyzer did not print a result: ${output.error.message}`);
  if ('failed' in output.data) throw new AnalysisFailed(rewritePaths(output.data.failed, folders, toolchain));
  const { reached, functions } = output.data;
  return { reached, functions: functions === '' ? null : functions };
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
>>>>>>> b0355b14c71b526443e6a301dd5316d237244c46
