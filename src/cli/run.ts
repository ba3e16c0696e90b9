// Runs `slipway` once, from arguments to exit code. Catches every error.
import { CommanderError } from 'commander';
import { useEnvironmentProxy } from './connection/environment-proxy.ts';
import { createProgram } from './program.ts';
import type { ExitName } from './terminal/exit-codes.ts';
import { errorReport, printFailure, toFailure, wantsJson } from './terminal/failure.ts';
import { jsonText } from './terminal/json-text.ts';
import type { Output } from './terminal/output.ts';
import { requireDecoded } from './terminal/text-input.ts';

/** Spellings that other programs use. */
const versionSpellings: ReadonlySet<string> = new Set(['-v', '-V', 'version']);

export async function run(args: string[], output: Output, environment: NodeJS.ProcessEnv): Promise<ExitName> {
  let exit: ExitName = 'done';
  const finish = (name: ExitName) => {
    exit = name;
  };
  try {
    requireDecoded(args);
    useEnvironmentProxy(environment);
    const isVersion = versionSpellings.has(args[0] ?? '');
    await createProgram({ output, finish, environment }).parseAsync(isVersion ? ['--version'] : args, { from: 'user' });
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
