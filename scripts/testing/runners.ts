// Defines a task for each test runner: vitest, Python's unittest, `go test`, and pytest with the real SDK.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findGo, goSettings } from '../../builder/server/builds/go.ts';
import { findPython } from '../../builder/server/programs/python.ts';
import { print } from '../machine/terminal.ts';
import { goCache } from './caches/go-cache.ts';
import { sdkPython } from './caches/sdk-venv.ts';
import { runCommand } from './command.ts';
import {
  applyExitCode,
  goResults,
  lacksTests,
  pytestResults,
  type TestResults,
  unittestResults,
  type VitestReport,
  vitestResults,
} from './outcome.ts';
import { countGoTests, countPythonTests, listVitestTests } from './source-tests.ts';
import type { Task } from './tasks.ts';
import type { Tier } from './tiers.ts';

interface VitestOutcome {
  results: TestResults;
  ms: number;
}

/** Results of a runner that couldn't start. */
const nothing: TestResults = { passed: 0, failed: 0, failures: [] };

export interface VitestRun {
  projects: string[];
  /** Parts of the paths of test files. Without one, all files run. */
  filters?: string[];
  /** Without one, the quick and the extended tests run. */
  tier?: Tier | undefined;
  /** Runs one file at a time, and prints each one's processor time. */
  cost?: boolean;
}

/** Runs vitest projects and prints their output as it arrives. */
export function vitest(name: string, run: VitestRun): Task {
  return { name, run: async () => ({ ...(await runVitest(run)), output: '' }) };
}

const costArguments = ['--maxWorkers=1', '--reporter=./scripts/testing/cost-reporter.ts'];

export async function runVitest({ projects, filters = [], tier, cost }: VitestRun): Promise<VitestOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-vitest-'));
  const report = join(folder, 'report.json');
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = ['run', ...chosen, ...reporters, ...(cost ? costArguments : []), ...filters];
  const ran = await runCommand('env', [`SLIPWAY_TEST_TIER=${tier ?? ''}`, 'vitest', ...args], (line) =>
    print(`  ${line}`.trimEnd()),
  );
  const parsed = await readReport(report);
  await rm(folder, { recursive: true });
  const listed = lacksTests(parsed) ? await listVitestTests([...chosen, ...filters]) : [];
  return { results: applyExitCode(vitestResults(parsed, listed), ran.exitCode), ms: ran.ms };
}

async function readReport(path: string): Promise<VitestReport> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return { numPassedTests: 0, testResults: [] };
  }
}

export function unittest(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const found = countPythonTests(folder);
      const python = await findPython(process.env.PYTHON);
      if (typeof python === 'string') return { results: applyExitCode(nothing, 1, found), output: python, ms: 0 };
      const ran = await runCommand(python.executable, ['-B', '-m', 'unittest', 'discover', '-v', '-s', folder]);
      return { ...ran, results: applyExitCode(unittestResults(ran.output), ran.exitCode, found) };
    },
  };
}

export function goTests(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const found = countGoTests(folder);
      const go = await findGo();
      if ('reason' in go) return { results: withoutGo(found, go.reason), output: '', ms: 0 };
      const cache = `GOCACHE=${resolve(goCache)}`;
      const settings = Object.entries(goSettings).map(([key, value]) => `${key}=${value}`);
      const args = [cache, ...settings, 'go', '-C', folder, 'test', '-trimpath', '-v', './...'];
      const ran = await runCommand('env', args);
      return { ...ran, results: applyExitCode(goResults(ran.output), ran.exitCode, found) };
    },
  };
}

/** Go is optional (README.md). */
function withoutGo(count: number, reason: string): TestResults {
  return { ...nothing, notRun: [{ count, reason }] };
}

/** Runs the Python tests that use Slipway from outside, with the real SDK. */
export function sdkTests(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const found = countPythonTests(folder);
      const python = await findPython(process.env.PYTHON);
      if (typeof python === 'string') return { results: applyExitCode(nothing, 1, found), output: python, ms: 0 };
      const executable = await sdkPython(python.executable);
      if (typeof executable !== 'string') return { ...executable, results: applyExitCode(nothing, 1, found) };
      const ran = await runCommand(executable, ['-B', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', folder]);
      return { ...ran, results: applyExitCode(pytestResults(ran.output), ran.exitCode, found) };
    },
  };
}
