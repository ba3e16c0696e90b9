// Runs the CLI in the test's own process, which is much faster than starting one.

import { run } from '../../src/cli/run.ts';
import { createOutput } from '../../src/cli/terminal/output.ts';

export interface Ended {
  exit: string;
  stdout: string;
  stderr: string;
}

export async function inProcess(args: string[], environment: Record<string, string> = {}): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  const output = createOutput(stream('stdout'), stream('stderr'), environment, true);
  const exit = await run(args, output, environment);
  return { exit, ...written };
}
