// Runs one program of the test run and keeps what it printed. Colour only when a person watches.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Ran {
  exitCode: number;
  output: string;
  ms: number;
}

export function runCommand(command: string, args: string[], onLine: (line: string) => void = () => {}): Promise<Ran> {
  const startedAt = performance.now();
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  const child = spawn(command, args, { env: { ...env, ...colour }, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    onLine(line);
  };
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', keep);
  return new Promise((resolve) => {
    child.on('error', (error) => keep(error.message));
    child.on('close', (code) =>
      resolve({ exitCode: code ?? 1, output: lines.join('\n'), ms: performance.now() - startedAt }),
    );
  });
}
