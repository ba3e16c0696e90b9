// Assembles the commands of `slipway`. Each command is defined in its own file.
import { Command, Option } from 'commander';
import { explainExcessArguments, requireOptionsLast } from './arguments/excess-arguments.ts';
import {
  type AddCommand,
  addWithFollowing,
  type CommandContext,
  commandGroup,
  type ProgramContext,
} from './command.ts';
import { batch } from './commands/develop/batch.ts';
import { dev } from './commands/develop/dev.ts';
import { init } from './commands/develop/init.ts';
import { lint } from './commands/develop/lint.ts';
import { test } from './commands/develop/test.ts';
import { advisories } from './commands/find/advisories.ts';
import { calls } from './commands/find/calls.ts';
import { env } from './commands/find/env.ts';
import { list } from './commands/find/list.ts';
import { logs } from './commands/find/logs.ts';
import { overview } from './commands/find/overview.ts';
import { show } from './commands/find/show.ts';
import { traffic } from './commands/find/traffic.ts';
import { uploads } from './commands/find/uploads.ts';
import { api } from './commands/manage/api.ts';
import { budget } from './commands/manage/budget.ts';
import { events } from './commands/manage/events.ts';
import { keys } from './commands/manage/keys.ts';
import { limits } from './commands/manage/limits.ts';
import { open } from './commands/manage/open.ts';
import { orgs, quotas } from './commands/manage/orgs.ts';
import { policy } from './commands/manage/policy.ts';
import { quarantine } from './commands/manage/quarantine.ts';
import { disable, enable } from './commands/namespaces/enable.ts';
import { namespaces } from './commands/namespaces/namespaces.ts';
import { builders } from './commands/other-kinds/builders.ts';
import { install, uninstall } from './commands/other-kinds/install.ts';
import { deleteVersions } from './commands/publish/delete.ts';
import { diff } from './commands/publish/diff.ts';
import { publish } from './commands/publish/publish.ts';
import { pull } from './commands/publish/pull.ts';
import { relock } from './commands/publish/relock.ts';
import { rollback } from './commands/publish/rollback.ts';
import { deprecate, yank } from './commands/publish/withdrawals.ts';
import { deploy, undeploy } from './commands/run/deploy.ts';
import { deployments } from './commands/run/deployments.ts';
import { invoke } from './commands/run/invoke.ts';
import { releases } from './commands/run/releases.ts';
import { log, status } from './commands/run/status.ts';
import { completion, completionNames } from './commands/set-up/completion.ts';
import { config } from './commands/set-up/config.ts';
import { doctor } from './commands/set-up/doctor.ts';
import { help } from './commands/set-up/help.ts';
import { login, logout, whoami } from './commands/set-up/login.ts';
import { acceptLeadingOptions } from './connection/connection-options.ts';
import { featureCommands } from './features.gen.ts';
import { briefHelp } from './help.ts';
import { version } from './version.ts';

/** Command groups, in help order. */
const groups: Record<string, AddCommand[]> = {
  Develop: [init, lint, test, dev, diff, pull, env],
  Publish: [publish, relock, yank, deprecate, log],
  Run: [
    ...[deploy, undeploy, deleteVersions, deployments, releases, status, invoke],
    ...[rollback, batch, calls, builders, quarantine],
  ],
  Find: [list, overview, show, logs, traffic, uploads, advisories],
  Others: [install, uninstall],
  Namespaces: [namespaces, enable, disable],
  Manage: [keys, events, policy, orgs, quotas, limits, budget, api, open],
  'Set up': [login, logout, whoami, config, doctor, completion, completionNames, help],
};

const aliases = commandGroup(
  {
    name: 'plugin',
    summary: 'aliases: `plugin publish` is `publish`',
    description: 'Aliases used by other clients: `slipway plugin publish` is `slipway publish`.',
  },
  [
    ...[init, lint, test, publish, deploy, undeploy, status, log, logs, invoke, list],
    ...[show, diff, rollback, pull, deleteVersions],
  ],
);

/** Creates the program. Throws a CommanderError on invalid usage. */
export function createProgram(given: CommandContext): Command {
  const context: ProgramContext = { ...given, following: featureCommands, added: new Set() };
  const { output } = context;
  const program = new Command('slipway');
  program
    .description('Checks, publishes and runs plugins.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.data(text),
      writeErr: (text) => output.info(text.trimEnd()),
      outputError: (text) => output.error(text.replace(/^error: /, '').trimEnd()),
      getOutHelpWidth: () => output.columns,
    });
  for (const [title, addCommands] of Object.entries(groups)) {
    program.commandsGroup(title);
    for (const add of addCommands) addWithFollowing(program, context, add);
  }
  for (const { add } of featureCommands) if (!context.added.has(add)) addWithFollowing(program, context, add);
  aliases(program, context);
  acceptLeadingOptions(program);
  explainExcessArguments(program);
  requireOptionsLast(program);
  // Set this last: every command inherits help settings made earlier. The text itself mentions --help.
  program.addHelpOption(new Option('-h, --help', 'print help').hideHelp());
  return program.configureHelp({ formatHelp: briefHelp });
}
