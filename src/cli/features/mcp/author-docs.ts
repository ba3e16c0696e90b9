// Returns the documentation that is in the command line's package: the plugin formats, the commands' help and the rules.
import type { Command } from 'commander';
import type { Language } from '../../../contract/plugin/languages.ts';
import type { CommandContext, CommandResult } from '../../command/context.ts';
import { commandList, findCommand } from '../../command/help.ts';
import { agentsText } from '../../init/agents-file.ts';
import { explain, findSubject } from '../../lint/explain.ts';
import { Failure } from '../../terminal/failure.ts';
import type { Output } from '../../terminal/output.ts';

export interface AuthorContext extends CommandContext {
  /** All commands. */
  program: Command;
}

const formats: ReadonlyMap<string, Language> = new Map([
  ['plugin-format', 'python'],
  ['go-plugin-format', 'go'],
]);

const pages = `Pages:

  plugin-format     a Python plugin: files, manifest, handler, permissions
  go-plugin-format  the same for Go
  RULE              what a rule forbids, and what to write instead: SLP301, or a
                    name that a rule reports, such as threading
  COMMAND           the help of a command:

`;

/** Without a page, lists them. */
export async function readDocs(page: string | undefined, program: Command, output: Output): Promise<CommandResult> {
  const answer = (text: string) => ({ json: {}, text });
  if (page === undefined) return answer(`${pages}${commandList(program)}`);
  const language = formats.get(page);
  if (language) return answer(await agentsText(language, 'my_plugin'));
  const command = findCommand(program, page.split(' '));
  if (command) {
    command.configureOutput({ writeOut: (text) => output.data(text) }).outputHelp();
    return answer('');
  }
  const subject = findSubject(page);
  if (!subject)
    throw new Failure('usage', `there is no page '${page}'`, { hint: 'Leave out `page` to list the pages.' });
  explain(subject, false, output);
  return answer('');
}
