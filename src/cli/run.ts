// One run of `slipway`, from its arguments to how it ended. Whatever is thrown ends here.
import { CommanderError } from 'commander';
import { wantsJson } from './errors.ts';
import type { ExitName } from './exit-codes.ts';
import type { Output } from './output.ts';
import { createProgram } from './program.ts';

export async function run(args: string[], output: Output): Promise<ExitName> {
  let exit: ExitName = 'done';
  const finish = (name: ExitName) => {
    exit = name;
  };
  try {
    await createProgram(output, finish).parseAsync(args, { from: 'user' });
    return exit;
  } catch (error) {
    const { detail, ...ended } = endOf(error, output);
    if (ended.exit !== 'done' && wantsJson(args)) {
      output.data(`${JSON.stringify({ error: { title: ended.title, detail } }, null, 2)}\n`);
    }
    return ended.exit;
  }
}

function endOf(error: unknown, output: Output): { exit: ExitName; title: string; detail: string } {
  if (error instanceof CommanderError) {
    const detail = error.message.replace(/^error: /, '');
    return { exit: error.exitCode === 0 ? 'done' : 'usage', title: 'Not understood', detail };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  output.error(`this should not have happened: ${detail}`);
  return { exit: 'failed', title: 'Internal error', detail };
}
