// Defines the commands of `slipway orgs` for an organization that exists: edit, and create a key.
import { type Command, InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import type { Jurisdiction } from '../../../contract/plugin/placement.ts';
import type { Scope } from '../../../contract/scopes.ts';
import { type CommandContext, withAdminConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime, parseDuration } from '../../terminal/duration.ts';
import { printable } from '../../terminal/terminal-text.ts';
import { keySecretResult, newKeyBody, parseScopes } from './keys.ts';

interface EditOptions {
  name?: string;
  region?: Jurisdiction | 'any';
}

interface KeyOptions {
  scopes: Scope[];
  expires?: number;
  only?: string[];
}

const regions: readonly Jurisdiction[] = ['eu', 'fedramp'];

export function addOrganizationChanges(group: Command, context: CommandContext): void {
  const edit = group
    .command('edit')
    .summary('rename it, or restrict its region')
    .description('Changes what is given, and keeps the rest. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .option('--name <name>', 'another name')
    .option('--region <region>', `where its next deployments run: ${regions.join(', ')} or any`, parseRegion)
    .addHelpText('before', "Examples:\n  slipway orgs edit org_… --name 'Acme Inc.'\n");
  withAdminConnection<EditOptions>(edit, context, async ({ client, signal }, { name, region }, id = '') => {
    if (name === undefined && region === undefined)
      throw new Failure('usage', 'nothing to change', { hint: 'Pass --name or --region.' });
    const body = {
      ...(name === undefined ? {} : { name }),
      ...(region === undefined ? {} : { jurisdiction: region === 'any' ? null : region }),
    };
    const path = { organization_id: id };
    const organization = await client.patch('/v1/admin/organizations/{organization_id}', { path, body, signal });
    return { json: organization, text: `✓ changed ${printable(organization.name)} (${id})\n` };
  });
  const key = group
    .command('create-key')
    .summary('create a key for an organization')
    .description('Creates a key for an organization that has none left with keys:admin. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .argument('<name>', 'a name that says what the key is for')
    .requiredOption('--scopes <scopes>', 'a comma-separated list, or a preset', parseScopes)
    .option('--expires <time>', 'expire after this time, such as 90d', parseDuration)
    .option('--only <namespaces...>', 'limit the key to these namespace IDs')
    .addHelpText('before', 'Examples:\n  KEY=$(slipway orgs create-key org_… rescue --scopes keys:admin)\n');
  withAdminConnection<KeyOptions>(key, context, async ({ client, signal }, options, id = '', name = '') => {
    const path = { organization_id: id };
    const body = newKeyBody(name, options);
    return keySecretResult(await client.post('/v1/admin/organizations/{organization_id}/keys', { path, body, signal }));
  });
  const drop = group
    .command('delete')
    .summary('request its deletion')
    .description('Requests the deletion of an organization, which is due in seven days. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .addOption(yesOption())
    .addHelpText('before', 'Examples:\n  slipway orgs delete org_…\n');
  withAdminConnection<{ yes?: true }>(drop, context, async ({ client, signal }, { yes }, id = '') => {
    await requireConfirmation(`Delete ${printable(id)} and all that it has, in seven days`, yes, signal);
    const path = { organization_id: id };
    const deletion = await client.post('/v1/admin/organizations/{organization_id}/deletion', { path, signal });
    return { json: deletion, text: deletionText(deletion) };
  });
  const keep = group
    .command('keep')
    .summary('cancel its deletion')
    .description('Cancels the deletion of an organization. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .addHelpText('before', 'Examples:\n  slipway orgs keep org_…\n');
  withAdminConnection(keep, context, async ({ client, signal }, _, id = '') => {
    const path = { organization_id: id };
    const deletion = await client.delete('/v1/admin/organizations/{organization_id}/deletion', { path, signal });
    return { json: deletion, text: deletionText(deletion) };
  });
}

function parseRegion(text: string): Jurisdiction | 'any' {
  if (text === 'any') return text;
  const region = regions.find((known) => known === text);
  if (!region) throw new InvalidArgumentError(`Use ${regions.join(', ')} or any.`);
  return region;
}

export function deletionText({
  deletion_due_at,
  name,
  organization_id,
}: components['schemas']['OrganizationDeletion']): string {
  const organization = `${printable(name)} (${organization_id})`;
  return deletion_due_at === null
    ? `${organization} stays: its deletion is not requested\n`
    : `${organization} is deleted ${formatTime(deletion_due_at)}, with all that it has. Until then everything goes on.\n`;
}
