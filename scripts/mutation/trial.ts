// Runs a mutation's tests in a workspace and reports whether any of them fails.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';

/** Longer than any mutation's tests take. Tests that hang count as detecting the mutation. */
const trialTimeoutMs = 6 * 60_000;
/** Longer than all tests together take. */
const allTestsTimeoutMs = 90 * 60_000;

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

export type Trial =
  | { outcome: 'unnoticed' }
  /** `by` names the tests that failed. */
  | { outcome: 'noticed'; by: string }
  /** The tests did not start. Nothing is known about the mutation. */
  | { outcome: 'broken'; message: string };

/** Runs a mutation's tests until the first failure. */
export function runTests(workspace: string, tests: readonly string[]): Promise<Trial> {
  return runVitest(workspace, tests, { bail: true, timeoutMs: trialTimeoutMs });
}

/** Runs all tests once for many mutations. */
export function runAllTests(workspace: string, tests: readonly string[]): Promise<Trial> {
  return runVitest(workspace, tests, { bail: false, timeoutMs: allTestsTimeoutMs });
}

interface RunOptions {
  bail: boolean;
  timeoutMs: number;
}

async function runVitest(workspace: string, files: readonly string[], { bail, timeoutMs }: RunOptions): Promise<Trial> {
  const path = join(workspace, 'mutation-report.json');
  await rm(path, { force: true });
  const reporting = ['--reporter=json', `--outputFile.json=${path}`];
  const args = ['run', ...(bail ? ['--bail', '1'] : []), ...reporting, ...files];
  const ran = await runProgram({ args, cwd: workspace, timeoutMs });
  if (ran.exitCode === 0) return { outcome: 'unnoticed' };
  if (ran.timedOut) return { outcome: 'noticed', by: 'the time limit' };
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { outcome: 'broken', message: ran.output };
  const failed = report.parse(JSON.parse(text)).testResults.filter(({ status }) => status === 'failed');
  const started = failed.filter(({ assertionResults }) => assertionResults.length > 0);
  if (started.length === 0) {
    return {
      outcome: 'broken',
      message: failed.map(({ message, name }) => `${name}: ${message}`).join('\n') || ran.output,
    };
  }
  // A file whose setup fails has no failed tests.
  const names = started.map(({ assertionResults, name }) => [
    relative(workspace, name),
    ...assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  ]);
  return { outcome: 'noticed', by: names.map((parts) => parts.join(' > ')).join('\n') };
}

interface Program {
  args: string[];
  cwd: string;
  timeoutMs: number;
}

interface Ran {
  exitCode: number | null;
  output: string;
  timedOut: boolean;
}

/** Runs vitest in its own process group, which is killed when vitest exits or takes too long. */
function runProgram({ args, cwd, timeoutMs }: Program): Promise<Ran> {
  const env = { ...process.env, SLIPWAY_TEST_LONG: 'any' };
  const child = spawn('vitest', args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
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
  }, timeoutMs);
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
    // The group has already exited.
  }
}
