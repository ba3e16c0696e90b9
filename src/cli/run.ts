// Runs `slipway` once, from arguments to exit code. Catches everything that is thrown.
import { CommanderError } from 'commander';
import { wantsJson } from './errors.ts';
import type { ExitName } from './exit-codes.ts';
import { errorReport, printFailure, toFailure } from './failure.ts';
import { jsonText } from './json-text.ts';
import type { Output } from './output.ts';
import { createProgram } from './program.ts';

export async function run(args: string[], output: Output, environment: NodeJS.ProcessEnv): Promise<ExitName> {
  let exit: ExitName = 'done';
  const finish = (name: ExitName) => {
    exit = name;
  };
  try {
    await createProgram({ output, finish, environment }).parseAsync(args, { from: 'user' });
    return exit;
  } catch (error) {
    output.progress('');
    const failure = toFailure(error);
    if (!failure) return 'done';
    // Commander has already printed its own usage errors.
    if (!(error instanceof CommanderError)) printFailure(failure, output);
    if (wantsJson(args)) output.data(jsonText({ error: errorReport(failure) }, 2));
    return failure.exit;
  }
}
