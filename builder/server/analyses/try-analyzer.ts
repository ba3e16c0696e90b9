// Analyzes a sample in the newest language of this machine's Go, to find out whether the analyzer can read what this Go compiles. A
// failure would otherwise look like a fault of each plugin.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import type { BuildMachine } from '../builds/build.ts';
import { makeFolders } from '../builds/build-folders.ts';
import { goName } from '../builds/go.ts';
import { goSample } from '../builds/go-sample.ts';
import type { MachineProblem } from '../core/machine-problem.ts';
import { analyzerProcessLimits } from '../sandbox/process-limits.ts';
import { entry, entryName } from './analysis.ts';
import { type Analyzer, NotCompiled } from './analyzer.ts';
import { AnalyzerCrashed, type Reached, runAnalyzer, SourceUnreadable } from './run-analyzer.ts';

/** Reaches a capability through the sample's generic functions. */
const reaching = `package main

import "os"

func (plugin) Execute(names []string) []string { return apply(list[string]{items: names}, os.Getenv) }
`;
const reachedName = 'READ_SYSTEM_STATE';

/** Returns what the sample reaches, or why no program can be analyzed. Rejects if another attempt may tell. */
export async function tryAnalyzer(machine: BuildMachine, analyzer: Analyzer): Promise<Reached | MachineProblem> {
  const { version } = machine.toolchain.go;
  try {
    await analyzer.ready();
    const found = await analyzeSample(machine, analyzer);
    return found.reached.some(({ name }) => name === reachedName)
      ? found
      : problemOf(version, 'it overlooks what a program reaches');
  } catch (error) {
    const isLasting =
      error instanceof NotCompiled ||
      error instanceof SourceUnreadable ||
      (error instanceof AnalyzerCrashed && error.panicked);
    if (isLasting) return problemOf(version, reasonOf(error));
    throw new Error('The analyzer could not be tried', { cause: error });
  }
}

async function analyzeSample(machine: BuildMachine, analyzer: Analyzer): Promise<Reached> {
  const { homes, sandbox, toolchain } = machine;
  // The operator's time limit is for plugins.
  const limits = { ...machine.limits, analysisMs: builderLimits.analysisMs };
  const home = await homes.make({ kind: 'probe' }, sandbox, analyzerProcessLimits(limits));
  try {
    const folders = await makeFolders(home, sandbox.ownUser);
    const files = { ...goSample('main', toolchain.go.minor), 'reaching.go': reaching, [entryName]: entry };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folders.source, name), text);
    return await runAnalyzer({ ...machine, limits }, analyzer, { home, folders });
  } finally {
    void home.remove();
  }
}

function reasonOf(error: Error): string {
  const [printed = ''] = error instanceof AnalyzerCrashed ? error.errors.split('\n') : [];
  return (printed === '' ? error.message : `${error.message}, ${printed}`).replaceAll(/\s+/g, ' ');
}

function problemOf(version: string, reason: string): MachineProblem {
  return {
    problem: `${goName(version)} can't be used for plugins, because Slipway's analyzer can't read its programs: ${reason}`,
    fix: 'Upgrade Slipway, or install an older Go',
  };
}
