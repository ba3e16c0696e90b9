// The test runners, each as a task: vitest by projects, Python's unittest, Go's own, pytest with the real SDK.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { goSettings } from '../../builder/server/builds/go.ts';
import { findPython } from '../../builder/server/python/python.ts';
import { print } from '../local/terminal.ts';
import { runCommand } from './command.ts';
import { goOutcome, pytestOutcome, unittestOutcome, vitestOutcome, withExitCode } from './outcome.ts';
import { sdkPython } from './sdk-venv.ts';
import type { Task } from './tasks.ts';

/** Its files show as they end, its failures when it ends. */
export function vitest(name: string, projects: string[]): Task {
  return {
    name,
    run: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'slipway-vitest-'));
      const report = join(folder, 'report.json');
      const filters = projects.flatMap((project) => ['--project', project]);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      const ran = await runCommand('vitest', ['run', ...filters, ...reporters], (line) => print(`  ${line}`.trimEnd()));
      const counted = await readReport(report);
      await rm(folder, { recursive: true });
      return { outcome: withExitCode(counted, ran.exitCode), output: '', ms: ran.ms };
    },
  };
}

async function readReport(path: string) {
  try {
    return vitestOutcome(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return { passed: 0, failed: 1 };
  }
}

export function unittest(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const python = await findPython(process.env.PYTHON);
      if (typeof python === 'string') return { outcome: { passed: 0, failed: 1 }, output: python, ms: 0 };
      const ran = await runCommand(python.executable, ['-B', '-m', 'unittest', 'discover', '-s', folder]);
      return { ...ran, outcome: withExitCode(unittestOutcome(ran.output), ran.exitCode) };
    },
  };
}

/** With the compile cache that the builder's own tests begin with: what is compiled here first, they need not compile. */
export function goTests(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const cache = `GOCACHE=${resolve('dist/go/cache')}`;
      const settings = Object.entries(goSettings).map(([key, value]) => `${key}=${value}`);
      const args = [cache, ...settings, 'go', '-C', folder, 'test', '-trimpath', '-v', './...'];
      const ran = await runCommand('env', args);
      return { ...ran, outcome: withExitCode(goOutcome(ran.output), ran.exitCode) };
    },
  };
}

/** Tests in Python that drive Slipway from outside, with the real SDK. */
export function sdkTests(name: string, folder: string): Task {
  return {
    name,
    run: async () => {
      const python = await findPython(process.env.PYTHON);
      if (typeof python === 'string') return { outcome: { passed: 0, failed: 1 }, output: python, ms: 0 };
      const executable = await sdkPython(python.executable);
      if (typeof executable !== 'string') return { ...executable, outcome: { passed: 0, failed: 1 } };
      const ran = await runCommand(executable, ['-B', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', folder]);
      return { ...ran, outcome: withExitCode(pytestOutcome(ran.output), ran.exitCode) };
    },
  };
}
