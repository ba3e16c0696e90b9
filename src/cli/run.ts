// Runs `slipway` once, from arguments to exit code. Catches everything that is thrown.
import { CommanderError } from 'commander';
import { wantsJson } from './failures/errors.ts';
import type { ExitName } from './failures/exit-codes.ts';
import { errorReport, printFailure, toFailure } from './failures/failure.ts';
import { createProgram } from './program.ts';
import { jsonText } from './terminal/json-text.ts';
import type { Output } from './terminal/output.ts';

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
