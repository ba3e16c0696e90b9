// One run of `slipway`, from its arguments to how it ended. Whatever is thrown ends here.
import { CommanderError } from 'commander';
import { wantsJson } from './errors.ts';
import type { ExitName } from './exit-codes.ts';
import { failureOf, reportOf, tellFailure } from './failure.ts';
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
    output.ongoing('');
    const failure = failureOf(error);
    if (!failure) return 'done';
    // What was not understood, commander has told already.
    if (!(error instanceof CommanderError)) tellFailure(failure, output);
    if (wantsJson(args)) output.data(jsonText({ error: reportOf(failure) }, 2));
    return failure.exit;
  }
}
