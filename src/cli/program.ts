// Assembles the commands of `slipway`. Each command is defined in its own file.
import { Command, Option } from 'commander';
import { explainExcessArguments, requireOptionsLast } from './arguments/excess-arguments.ts';
import type { CommandContext } from './command.ts';
import { addBatch } from './commands/develop/batch.ts';
import { addDev } from './commands/develop/dev.ts';
import { addInit } from './commands/develop/init.ts';
import { addLint } from './commands/develop/lint.ts';
import { addTest } from './commands/develop/test.ts';
import { addAdvisories } from './commands/find/advisories.ts';
import { addCalls } from './commands/find/calls.ts';
import { addEnv } from './commands/find/env.ts';
import { addList } from './commands/find/list.ts';
import { addLogs } from './commands/find/logs.ts';
import { addOpen } from './commands/find/open.ts';
import { addOverview } from './commands/find/overview.ts';
import { addShow } from './commands/find/show.ts';
import { addTraffic } from './commands/find/traffic.ts';
import { addUploads } from './commands/find/uploads.ts';
import { addApi } from './commands/manage/api.ts';
import { addBudget } from './commands/manage/budget.ts';
import { addEvents } from './commands/manage/events.ts';
import { addHooks } from './commands/manage/hooks.ts';
import { addIssuers } from './commands/manage/issuers.ts';
import { addKeys } from './commands/manage/keys.ts';
import { addLimits } from './commands/manage/limits.ts';
import { addMembers } from './commands/manage/members.ts';
import { addOrgs, addQuotas } from './commands/manage/orgs.ts';
import { addPolicy } from './commands/manage/policy.ts';
import { addQuarantine } from './commands/manage/quarantine.ts';
import { addSigningKeys } from './commands/manage/signing-keys.ts';
import { addTrust } from './commands/manage/trust.ts';
import { addWaivers } from './commands/manage/waivers.ts';
import { addWebhooks } from './commands/manage/webhooks.ts';
import { addDisable, addEnable } from './commands/namespaces/enable.ts';
import { addGrants } from './commands/namespaces/grants.ts';
import { addModels } from './commands/namespaces/models.ts';
import { addNamespaces } from './commands/namespaces/namespaces.ts';
import { addSecrets } from './commands/namespaces/secrets.ts';
import { addSources } from './commands/namespaces/sources.ts';
import { addAgents } from './commands/other-kinds/agents.ts';
import { addBuilders } from './commands/other-kinds/builders.ts';
import { addClusters } from './commands/other-kinds/clusters.ts';
import { addInstall, addUninstall } from './commands/other-kinds/install.ts';
import { addApprovals, addApprove, addReject } from './commands/publish/approvals.ts';
import { addDelete } from './commands/publish/delete.ts';
import { addDiff } from './commands/publish/diff.ts';
import { addProvenance, addSbom, addVerify } from './commands/publish/evidence.ts';
import { addPublish } from './commands/publish/publish.ts';
import { addPull } from './commands/publish/pull.ts';
import { addRelock } from './commands/publish/relock.ts';
import { addRollback } from './commands/publish/rollback.ts';
import { addDeprecate, addYank } from './commands/publish/withdrawals.ts';
import { addDeploy, addUndeploy } from './commands/run/deploy.ts';
import { addDeployments } from './commands/run/deployments.ts';
import { addInvoke } from './commands/run/invoke.ts';
import { addReleases } from './commands/run/releases.ts';
import { addRun } from './commands/run/run.ts';
import { addRuns } from './commands/run/runs.ts';
import { addLog, addStatus } from './commands/run/status.ts';
import { addCompletion } from './commands/set-up/completion.ts';
import { addConfig } from './commands/set-up/config.ts';
import { addDoctor } from './commands/set-up/doctor.ts';
import { addHelp } from './commands/set-up/help.ts';
import { addLogin, addLogout, addWhoami } from './commands/set-up/login.ts';
import { acceptLeadingOptions } from './connection/connection-options.ts';
import { briefHelp } from './help.ts';
import { version } from './version.ts';

type Add = (parent: Command, context: CommandContext) => void;

/** Command groups, in help order. */
const groups: Record<string, Add[]> = {
  Develop: [addInit, addLint, addTest, addDev, addDiff, addPull, addVerify, addProvenance, addSbom, addEnv],
  Publish: [addPublish, addApprovals, addApprove, addReject, addRelock, addYank, addDeprecate, addLog],
  Run: [
    ...[addDeploy, addUndeploy, addDelete, addDeployments, addReleases, addStatus, addInvoke, addRun, addRuns],
    ...[addRollback, addBatch, addCalls, addBuilders, addClusters, addQuarantine],
  ],
  Find: [addList, addOverview, addShow, addLogs, addTraffic, addUploads, addOpen, addAdvisories],
  Others: [addInstall, addUninstall, addAgents, addTrust, addIssuers, addMembers, addSigningKeys],
  Namespaces: [addNamespaces, addEnable, addDisable, addSecrets, addModels, addGrants, addSources],
  Manage: [
    addKeys,
    addHooks,
    addWebhooks,
    addEvents,
    addPolicy,
    addWaivers,
    addOrgs,
    addQuotas,
    addLimits,
    addBudget,
    addApi,
  ],
  'Set up': [addLogin, addLogout, addWhoami, addConfig, addDoctor, addCompletion, addHelp],
};

/** Commands also available as `slipway plugin …`, as other clients of these APIs spell them. */
const pluginAliases: Add[] = [
  ...[addInit, addLint, addTest, addPublish, addDeploy, addUndeploy, addStatus, addLog, addLogs, addInvoke, addList],
  ...[addShow, addDiff, addRollback, addPull, addDelete],
];

/** Creates the program. Throws a CommanderError on invalid usage. */
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
      writeErr: (text) => output.info(text.trimEnd()),
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
  requireOptionsLast(program);
  // Set this last: every command inherits help settings made earlier. The text itself mentions --help.
  program.addHelpOption(new Option('-h, --help', 'print help').hideHelp());
  return program.configureHelp({ formatHelp: briefHelp });
}

function addAliases(program: Command, context: CommandContext): void {
  const group = program.command('plugin').summary('aliases: `plugin publish` is `publish`');
  group.description('Aliases used by other clients: `slipway plugin publish` is `slipway publish`.');
  for (const add of pluginAliases) add(group, context);
}
