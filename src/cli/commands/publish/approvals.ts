// Defines `slipway approvals`, `slipway approve` and `slipway reject`, which list and decide versions that wait for approval.

import { type Command, Option } from 'commander';
import { type GoKind, goKinds } from '../../../contract/plugin/go-kinds.ts';
import { addPageOptions, type PageOptions, pageJson, pageNotes, pageQuery } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';

interface Options {
  kind?: GoKind;
  show?: true;
  note?: string;
  org?: true;
  sha256?: string;
}

export function addApprovals(program: Command, context: CommandContext): void {
  const command = program
    .command('approvals')
    .summary('list versions that wait for approval')
    .description('Lists the versions that wait for approval in all namespaces that you can see, newest first.');
  addPageOptions(command);
  addExamples(command, 'slipway approvals');
  withConnection<PageOptions>(command, context, async ({ client, signal }, page) => {
    const { formatApprovals } = await import('../../publish/approval-text.ts');
    const { pagination, results } = await client.get('/v1/approvals', { query: pageQuery(page), signal });
    const { next_cursor: next } = pagination;
    return { json: pageJson(results, next), text: formatApprovals(results), notes: pageNotes(next) };
  });
}

export function addApprove(program: Command, context: CommandContext): void {
  const command = decision(program, 'approve', 'approve a version that waits')
    .description('Approves a version that another person or a CI job published, and deploys it if they asked for that.')
    .option('--show', 'show its publisher, permissions and differences; decide nothing');
  addExamples(command, 'slipway approve my_plugin@1.2.0 --show', 'slipway approve my_plugin@1.2.0 --sha256 3f1c…');
  withConnection<Options>(command, context, async (connection, options, ref) => {
    const { decide, showStaged } = await import('../../publish/approve.ts');
    return options.show ? showStaged(connection, ref, options, context) : decide(connection, 'approve', ref, options);
  });
}

export function addReject(program: Command, context: CommandContext): void {
  const command = decision(program, 'reject', 'reject a version that waits').description(
    'Rejects a version. It stays listed, can never be deployed, and keeps its number until it is deleted.',
  );
  addExamples(command, "slipway reject my_plugin@1.2.0 --note 'Reads all environment variables'");
  withConnection<Options>(command, context, async (connection, options, ref) => {
    const { decide } = await import('../../publish/approve.ts');
    return decide(connection, 'reject', ref, options);
  });
}

function decision(program: Command, name: 'approve' | 'reject', summary: string): Command {
  return program
    .command(name)
    .summary(summary)
    .argument('<plugin>', 'NAME@VERSION')
    .addOption(new Option('--kind <kind>', 'the kind of Go plugin; VERSION is its ref').choices(goKinds))
    .option('--note <text>', 'why, for the history')
    .option('--org', "one of the organization's own plugins")
    .option('--sha256 <digest>', 'the digest that --show printed');
}
