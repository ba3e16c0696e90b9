// Runs the CLI in the test's own process, which is much faster than starting a new one.
import { run } from '../../src/cli/run.ts';
import { type ExitName, exitCodes } from '../../src/cli/terminal/exit-codes.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';
import { ownVariables, type Ran, type RunOptions } from './slipway.ts';

export interface Ended {
  exit: ExitName;
  stdout: string;
  stderr: string;
}

/** `isTTY` is true if standard output is a terminal. Without `noColor`, the environment decides about color. */
export async function inProcess(
  args: string[],
  environment: Record<string, string> = {},
  { isTTY = false, noColor = true } = {},
): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    write: (text: string | Uint8Array) => {
      written[name] += typeof text === 'string' ? text : new TextDecoder().decode(text);
      return true;
    },
  });
  const output = createOutput({ ...stream('stdout'), isTTY }, stream('stderr'), environment, noColor);
  const exit = await run(args, output, ownVariables(environment));
  return { exit, ...written };
}

/** Runs the CLI in the folder. Changes this process's working directory, so concurrent tests can't use it. */
export async function inFolder(cwd: string, args: string[]): Promise<Ended> {
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return await inProcess(args);
  } finally {
    process.chdir(before);
  }
}

/**
 * Returns what `slipway` as a process would: runs the CLI in the folder, with the process's environment and its color settings. Changes
 * both in this process, so concurrent tests can't use it.
 */
export async function slipwayInProcess(
  args: readonly string[],
  { cwd = process.cwd(), env }: Pick<RunOptions, 'cwd' | 'env'> = {},
): Promise<Ran> {
  const before = { folder: process.cwd(), variables: { ...process.env } };
  const variables = ownVariables(env);
  process.chdir(cwd);
  replaceVariables(variables);
  try {
    const { exit, ...written } = await inProcess([...args], variables, { noColor: args.includes('--no-color') });
    return { code: exitCodes[exit].code, ...written };
  } finally {
    process.chdir(before.folder);
    replaceVariables(before.variables);
  }
}

function replaceVariables(variables: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
}

/** The JSON output fields that tests check. */
export interface LintJson {
  verdict: string | null;
  files: number;
  paths: { path: string; kind: string; files: number; sha256: string | null }[];
  findings: { path: string; file: string; ruleId: string; line: number; column: number; message: string }[];
  error?: { title: string; detail: string; paths?: { path: string; why: string }[] };
}

export async function lintJson(args: readonly string[], { cwd }: { cwd: string }): Promise<LintJson> {
  return JSON.parse((await inFolder(cwd, ['lint', '--json', ...args])).stdout);
}
