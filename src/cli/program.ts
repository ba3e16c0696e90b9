// The commands of `slipway`, each in its own file. Knows how commander's words become ours; nothing of what a command does.
import { Command } from 'commander';
import type { CommandContext } from './command.ts';
import { addDeploy, addUndeploy } from './commands/deploy.ts';
import { addDeployments } from './commands/deployments.ts';
import { addDiff } from './commands/diff.ts';
import { addDisable, addEnable } from './commands/enable.ts';
import { addEvents } from './commands/events.ts';
import { addHelp } from './commands/help.ts';
import { addInit } from './commands/init.ts';
import { addInvoke } from './commands/invoke.ts';
import { addKeys } from './commands/keys.ts';
import { addLint } from './commands/lint.ts';
import { addList } from './commands/list.ts';
import { addLogin, addLogout, addWhoami } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addNamespaces } from './commands/namespaces.ts';
import { addPublish } from './commands/publish.ts';
import { addPull } from './commands/pull.ts';
import { addRollback } from './commands/rollback.ts';
import { addShow } from './commands/show.ts';
import { addLog, addStatus } from './commands/status.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { version } from './version.ts';

/** In the order in which help lists them. */
const connectedCommands = [
  addPublish,
  addDeploy,
  addUndeploy,
  addStatus,
  addLog,
  addLogs,
  addInvoke,
  addList,
  addShow,
  addDiff,
  addRollback,
  addPull,
  addEnable,
  addDisable,
  addDeployments,
  addNamespaces,
  addKeys,
  addWebhooks,
  addEvents,
  addLogin,
  addLogout,
  addWhoami,
];

/** What was not understood is thrown as a CommanderError. */
export function createProgram(context: CommandContext): Command {
  const { output, finish } = context;
  const program = new Command('slipway');
  program
    .description('Checks, publishes and runs plugins.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .option('--no-color', 'never colour the output')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.data(text),
      outputError: (text) => output.error(text.replace(/^error: /, '').trimEnd()),
    });
  addInit(program, context);
  addLint(program, output, finish);
  for (const add of connectedCommands) add(program, context);
  addHelp(program, output);
  return program;
}
