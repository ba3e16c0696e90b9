// Tests that a test run which is interrupted leaves no process behind, with real processes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, killProcess } from '../../../scripts/testing/processes.ts';
import { waitFor } from '../../support/waiting.ts';

/** Starts a run of two commands at once, each a shell with a child. Returns the run, and the processes when all have started. */
async function startRun(shell: string) {
  const program = `import { runCommand } from '${resolve('scripts/testing/command.ts')}';
    const args = ['-c', ${JSON.stringify(shell)}];
    await Promise.all([runCommand('sh', args, console.log), runCommand('sh', args, console.log)]);
    await runCommand('sh', ['-c', 'echo next'], console.log);`;
  const run = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: run.stdout }).on('line', (line) => lines.push(line));
  await waitFor(() => expect(lines.length).toBe(2));
  const pids = lines.flatMap((line) => line.split(' ').map(Number));
  onTestFinished(() => pids.filter(isAlive).forEach(killProcess));
  return { run, pids, lines };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a run with all processes of its commands',
  async (signal) => {
    const { lines, pids, run } = await startRun('sh -c "echo \\$\\$ \\$PPID; sleep 600; :"; :');
    run.kill(signal);
    await once(run, 'close');
    expect([run.signalCode, lines.includes('next')]).toEqual([signal, false]);
    await waitFor(() => expect(pids.filter(isAlive)).toEqual([]));
  },
);

test('a second signal kills processes that ignore the first', async () => {
  const { pids, run } = await startRun("trap '' TERM INT; sleep 600 & echo $$ $!; wait");
  run.kill('SIGTERM');
  run.kill('SIGINT');
  await once(run, 'close');
  await waitFor(() => expect(pids.filter(isAlive)).toEqual([])); // a killed process has closed its output before it is gone
});
