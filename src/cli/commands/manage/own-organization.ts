// Defines the commands of `slipway orgs` for an administrator's own organization: export it, request its deletion, cancel that.
import type { Command } from 'commander';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { printable } from '../../terminal/terminal-text.ts';

const path = '/v1/organization/deletion';

export function addOwnOrganization(group: Command, context: CommandContext): void {
  const show = group
    .command('show')
    .summary('show yours, and when it is deleted')
    .description('Shows your organization, and when it is deleted if that was requested.');
  addExamples(show, 'slipway orgs show');
  withConnection(show, context, async ({ client, signal }) => {
    const { deletionText } = await import('./organization-changes.ts');
    const deletion = await client.get(path, { signal });
    return { json: deletion, text: deletionText(deletion) };
  });
  const save = group
    .command('export')
    .summary('export yours to a folder')
    .description('Writes the rows, objects and events of your organization into a new folder. Secrets are left out.')
    .argument('<folder>', 'a folder that does not exist, or is empty');
  addExamples(save, 'slipway orgs export ./acme');
  withConnection(save, context, async ({ client, signal }, _, folder = '') => {
    const { exportToFolder } = await import('../../organization/export-folder.ts');
    const { organization_id } = await client.get(path, { signal });
    const summary = await exportToFolder(client, folder, organization_id, signal);
    const { events, objects, rows } = summary;
    return {
      json: summary,
      text: `✓ exported ${rows} rows, ${objects} objects and ${events} events to ${printable(folder)}\n`,
    };
  });
  addDeletion(group, context);
}

function addDeletion(group: Command, context: CommandContext): void {
  const drop = group
    .command('leave')
    .summary('request the deletion of yours')
    .description(
      'Requests the deletion of your organization. In seven days its keys are revoked, its plugins stop, and all that it has is deleted. Until then everything goes on.',
    )
    .addOption(yesOption());
  addExamples(drop, 'slipway orgs leave');
  withConnection<{ yes?: true }>(drop, context, async ({ client, signal }, { yes }) => {
    const { deletionText } = await import('./organization-changes.ts');
    const { name, organization_id } = await client.get(path, { signal });
    await requireConfirmation(`Delete ${printable(name)} and all that it has, in seven days`, yes, signal);
    const deletion = await client.post(path, { body: { organization_id }, signal });
    return {
      json: deletion,
      text: deletionText(deletion),
      notes: ['Cancel it with `slipway orgs stay`, and keep a copy with `slipway orgs export FOLDER`.'],
    };
  });
  const keep = group
    .command('stay')
    .summary('cancel the deletion of yours')
    .description('Cancels the deletion of your organization. Changes nothing if it was not requested.');
  addExamples(keep, 'slipway orgs stay');
  withConnection(keep, context, async ({ client, signal }) => {
    const { deletionText } = await import('./organization-changes.ts');
    const deletion = await client.delete(path, { signal });
    return { json: deletion, text: deletionText(deletion) };
  });
}
