// Runs one of the test run's programs and records its output. The output is colored only on a terminal.
import { spawn } from 'node:child_process';
import { resolve as absolute } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithInterrupt } from './interrupts.ts';

export interface CommandRun {
  exitCode: number;
  output: string;
  ms: number;
}

/** Keeps Node's compiled code for the next process, because a run starts hundreds with the same modules. It outlives the run. */
const compileCache = absolute('dist/compiled');

export function runCommand(
  command: string,
  args: string[],
  onLine: (line: string) => void = () => {},
): Promise<CommandRun> {
  const startedAt = performance.now();
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  const child = spawn(command, args, {
    env: { NODE_COMPILE_CACHE: compileCache, ...env, ...color },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  const record = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', record);
  return new Promise((resolve) => {
    child.on('error', (error) => record(error.message));
    endWithInterrupt(child, (code) =>
      resolve({ exitCode: code ?? 1, output: lines.join('\n'), ms: performance.now() - startedAt }),
    );
  });
}
