// Runs the tests of a mutation in a workspace and says whether one of them fails.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** Longer than any test file takes. Tests that hang have noticed. */
const trialTimeoutMs = 6 * 60_000;

const report = z.object({
  testResults: z.array(
    z.object({ name: z.string(), status: z.string(), message: z.string(), assertionResults: z.array(z.unknown()) }),
  ),
});

export type Trial =
  | { outcome: 'noticed' | 'unnoticed' }
  /** The tests did not start. Nothing is known about the mutation. */
  | { outcome: 'broken'; message: string };

/** Runs the vitest files in one process, then the Python files, until the first failure. */
export async function runTests(workspace: string, tests: readonly string[], bail = true): Promise<Trial> {
  const inVitest = tests.filter((path) => path.endsWith('.ts'));
  const inPython = tests.filter((path) => path.endsWith('.py'));
  const trials = [
    ...(inVitest.length > 0 ? [() => runVitest(workspace, inVitest, bail)] : []),
    ...inPython.map((path) => () => runUnittest(workspace, path)),
  ];
  for (const trial of trials) {
    const result = await trial();
    if (result.outcome !== 'unnoticed') return result;
  }
  return { outcome: 'unnoticed' };
}

async function runVitest(workspace: string, files: readonly string[], bail: boolean): Promise<Trial> {
  const path = join(workspace, 'mutation-report.json');
  await rm(path, { force: true });
  const reporting = ['--reporter=json', `--outputFile.json=${path}`];
  const ran = await run('vitest', ['run', ...(bail ? ['--bail', '1'] : []), ...reporting, ...files], workspace);
  if (ran.exitCode === 0) return { outcome: 'unnoticed' };
  if (ran.timedOut) return { outcome: 'noticed' };
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { outcome: 'broken', message: ran.output };
  const failed = report.parse(JSON.parse(text)).testResults.filter(({ status }) => status === 'failed');
  if (failed.some(({ assertionResults }) => assertionResults.length > 0)) return { outcome: 'noticed' };
  return {
    outcome: 'broken',
    message: failed.map(({ message, name }) => `${name}: ${message}`).join('\n') || ran.output,
  };
}

async function runUnittest(workspace: string, path: string): Promise<Trial> {
  const where = ['-s', dirname(path), '-p', basename(path)];
  const ran = await run(
    process.env.PYTHON || 'python3',
    ['-B', '-m', 'unittest', 'discover', '-f', ...where],
    workspace,
  );
  if (ran.exitCode === 0) return { outcome: 'unnoticed' };
  const loaded =
    ran.timedOut || (/^Ran [1-9]/m.test(ran.output) && !ran.output.includes('unittest.loader._FailedTest'));
  return loaded ? { outcome: 'noticed' } : { outcome: 'broken', message: ran.output };
}

interface Ran {
  exitCode: number | null;
  output: string;
  timedOut: boolean;
}

/** Runs a program in its own process group, which is killed when the program ends or takes too long. */
function run(command: string, args: string[], cwd: string): Promise<Ran> {
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  let output = '';
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-20_000);
    });
  }
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(pid);
  }, trialTimeoutMs);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode) => {
      clearTimeout(timer);
      killGroup(pid);
      resolve({ exitCode, output, timedOut });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
  }
}
