// Analyzes what a plugin's program can reach: unpack, prepare, download, then run the analyzer. No plugin code runs.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { AnalysisSpec, ProgramAnalysis } from '../../../src/contract/builder/analyses.ts';
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
