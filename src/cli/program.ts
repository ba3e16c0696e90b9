// Assembles the commands of `slipway`. Each command is defined in its own file.
import { Command, Option } from 'commander';
import { explainExcessArguments, requireOptionsLast } from './arguments/excess-arguments.ts';
import { addWithFollowing, commandGroup } from './command/command.ts';
import type { AddCommand, CommandContext, ProgramContext } from './command/context.ts';
import { briefHelp } from './command/help.ts';
import { acceptLeadingOptions } from './connection/connection-options.ts';
import { dev } from './develop/dev.ts';
import { diff } from './develop/diff.ts';
import { env } from './develop/env.ts';
import { init } from './develop/init.ts';
import { lint } from './develop/lint.ts';
import { pull } from './develop/pull.ts';
import { test } from './develop/test.ts';
import { features } from './features.gen.ts';
import { advisories } from './find/advisories.ts';
import { list } from './find/list.ts';
import { logs } from './find/logs.ts';
import { overview } from './find/overview.ts';
import { show } from './find/show.ts';
import { traffic } from './find/traffic.ts';
import { uploads } from './find/uploads.ts';
import { api } from './manage/api.ts';
import { budget } from './manage/budget.ts';
import { events } from './manage/events.ts';
import { keys } from './manage/keys.ts';
import { limits } from './manage/limits.ts';
import { open } from './manage/open.ts';
import { orgs, quotas } from './manage/orgs.ts';
import { policy } from './manage/policy.ts';
import { disable, enable } from './namespaces/enable.ts';
import { namespaces } from './namespaces/namespaces.ts';
import { install, uninstall } from './others/install.ts';
import { publish } from './publish/publish.ts';
import { relock } from './publish/relock.ts';
import { deprecate, yank } from './publish/withdrawals.ts';
import { batch } from './run/batch.ts';
import { builders } from './run/builders.ts';
import { calls } from './run/calls.ts';
import { deleteVersions } from './run/delete.ts';
import { deploy, undeploy } from './run/deploy.ts';
import { deployments } from './run/deployments.ts';
import { invoke } from './run/invoke.ts';
import { quarantine } from './run/quarantine.ts';
import { releases } from './run/releases.ts';
import { rollback } from './run/rollback.ts';
import { log, status } from './run/status.ts';
import { completion, completionNames } from './set-up/completion.ts';
import { config } from './set-up/config.ts';
import { doctor } from './set-up/doctor.ts';
import { help } from './set-up/help.ts';
import { login, logout, whoami } from './set-up/login.ts';
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
export function createProgram(given: Omit<CommandContext, 'features'>): Command {
  const context: ProgramContext = { ...given, features, added: new Set() };
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
  for (const { add } of features.flatMap(({ commands = [] }) => commands))
    if (!context.added.has(add)) addWithFollowing(program, context, add);
  aliases(program, context);
  acceptLeadingOptions(program);
  explainExcessArguments(program);
  requireOptionsLast(program);
  // Set this last: every command inherits help settings made earlier. The text itself mentions --help.
  program.addHelpOption(new Option('-h, --help', 'print help').hideHelp());
  return program.configureHelp({ formatHelp: briefHelp });
}
