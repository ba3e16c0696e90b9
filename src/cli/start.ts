// Runs this process's command line, from arguments to exit code.
import { run } from './run.ts';
import { exitCodes } from './terminal/exit-codes.ts';
import { createOutput } from './terminal/output.ts';

export async function start(): Promise<void> {
  const { env, stderr, stdout } = process;
  // A closed pipe (`| head`) is not an error.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  const args = process.argv.slice(2);
  const exit = await run(args, createOutput(stdout, stderr, env, args.includes('--no-color')), env);
  process.exitCode = exitCodes[exit].code;
  // Aborted work has cleaned up by now. Don't wait for anything else still open.
  if (exit === 'interrupted') process.exit();
}
