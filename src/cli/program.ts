// Assembles the commands of `slipway`. Each command is defined in its own file.
import { Command, Option } from 'commander';
import type { CommandContext } from './command.ts';
import { addAgents } from './commands/agents.ts';
import { addBatch } from './commands/batch.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDelete } from './commands/delete.ts';
import { addDeploy, addUndeploy } from './commands/deploy.ts';
import { addDeployments } from './commands/deployments.ts';
import { addDev } from './commands/dev.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDisable, addEnable } from './commands/enable.ts';
import { addEvents } from './commands/events.ts';
import { addGrants } from './commands/grants.ts';
import { addHelp } from './commands/help.ts';
import { addHooks } from './commands/hooks.ts';
import { addInit } from './commands/init.ts';
import { addInstall, addUninstall } from './commands/install.ts';
import { addInvoke } from './commands/invoke.ts';
import { addKeys } from './commands/keys.ts';
import { addLint } from './commands/lint.ts';
import { addList } from './commands/list.ts';
import { addLogin, addLogout, addWhoami } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addModels } from './commands/models.ts';
import { addNamespaces } from './commands/namespaces.ts';
import { addOpen } from './commands/open.ts';
import { addOrgs, addQuotas } from './commands/orgs.ts';
import { addPolicy } from './commands/policy.ts';
import { addPublish } from './commands/publish.ts';
import { addPull } from './commands/pull.ts';
import { addRollback } from './commands/rollback.ts';
import { addSecrets } from './commands/secrets.ts';
import { addShow } from './commands/show.ts';
import { addLog, addStatus } from './commands/status.ts';
import { addTest } from './commands/test.ts';
import { addTraffic } from './commands/traffic.ts';
import { addUploads } from './commands/uploads.ts';
import { addWaivers } from './commands/waivers.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { acceptLeadingOptions } from './connection-options.ts';
import { explainExcessArguments } from './excess-arguments.ts';
import { briefHelp } from './help.ts';
import { version } from './version.ts';

type Add = (parent: Command, context: CommandContext) => void;

/** Command groups, in the order in which help lists them. */
const groups: Record<string, Add[]> = {
  Develop: [addInit, addLint, addTest, addDev, addBatch],
  Publish: [addPublish, addDiff, addPull, addRollback, addDelete],
  Run: [addDeploy, addUndeploy, addDeployments, addStatus, addLog, addTraffic, addInvoke, addLogs],
  Find: [addList, addShow, addUploads, addOpen],
  'Go, agents': [addInstall, addUninstall, addAgents],
  Namespaces: [addNamespaces, addEnable, addDisable, addSecrets, addModels, addGrants],
  Manage: [addKeys, addHooks, addWebhooks, addEvents, addPolicy, addWaivers, addOrgs, addQuotas],
  'Set up': [addLogin, addLogout, addWhoami, addConfig, addDoctor, addCompletion, addHelp],
};

/** Commands that are also available as `slipway plugin …`, the spelling of other clients of these surfaces. */
const pluginAliases: Add[] = [
  ...[addInit, addLint, addTest, addPublish, addDeploy, addUndeploy, addStatus, addLog, addLogs, addInvoke, addList],
  ...[addShow, addDiff, addRollback, addPull, addDelete],
];

/** Creates the program. Invalid usage is thrown as a CommanderError. */
export function createProgram(context: CommandContext): Command {
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
      outputError: (text) => output.error(text.replace(/^error: /, '').trimEnd()),
      getOutHelpWidth: () => output.columns,
    });
  for (const [title, addCommands] of Object.entries(groups)) {
    program.commandsGroup(title);
    for (const add of addCommands) add(program, context);
  }
  addAliases(program, context);
  acceptLeadingOptions(program);
  explainExcessArguments(program);
  // Set last: what is set earlier about help is inherited by every command. The text itself mentions --help.
  program.addHelpOption(new Option('-h, --help', 'print help').hideHelp());
  return program.configureHelp({ formatHelp: briefHelp });
}

function addAliases(program: Command, context: CommandContext): void {
  const group = program.command('plugin').summary('aliases: `plugin publish` is `publish`');
  group.description('Aliases used by other clients: `slipway plugin publish` is `slipway publish`.');
  for (const add of pluginAliases) add(group, context);
}
