// Defines `slipway orgs` and `slipway quotas`: organizations and what they may have. All but `quotas list` is for operators with the
// installation's admin token.
import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { byteHolders, quotaResources, quotaTable } from '../../../contract/limits/quotas.ts';
import { formatBytes } from '../../../core/bytes.ts';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { type CommandContext, withAdminConnection, withConnection } from '../../command.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';
import { addOrganizationChanges } from './organization-changes.ts';
import { addOwnOrganization } from './own-organization.ts';

type Organization = components['schemas']['Organization'];
type OrganizationInFull = components['schemas']['OrganizationInFull'];

const listExamples = `Examples:
  SLIPWAY_ADMIN_TOKEN=… slipway orgs list
`;

const createExamples = `Examples:
  KEY=$(slipway orgs create acme)
`;

export function addOrgs(program: Command, context: CommandContext): void {
  const group = program.command('orgs').summary('export or leave yours; create and change others (operators)');
  const list = group
    .command('list')
    .summary('list organizations')
    .description('Lists the organizations of the installation. Needs the admin token.')
    .addHelpText('before', listExamples);
  addPageOptions(list);
  withAdminConnection<PageOptions>(list, context, async ({ client, signal }, options) => {
    const query = pageQuery(options);
    const { results, pagination } = await client.get('/v1/admin/organizations', { query, signal });
    return pageResult(results, pagination.next_cursor, formatOrganizations(results));
  });
  addOrganizationChanges(group, context);
  addOwnOrganization(group, context);
  const create = group
    .command('create')
    .summary('create an organization')
    .description('Creates an organization with its first key and namespace. Needs the admin token.')
    .argument('<name>', "the organization's name")
    .addHelpText('before', createExamples);
  withAdminConnection(create, context, async ({ client, signal }, _, name = '') => {
    const made = await client.post('/v1/admin/organizations', { body: { name }, signal });
    return {
      json: made,
      text: `${made.api_key}\n`,
      notes: [
        `  created  ${printable(made.name)} (${made.organization_id})`,
        '  This API key is shown only once. Store it in a secret manager.',
      ],
    };
  });
}

const listQuotasExamples = `Examples:
  slipway quotas list
`;

const showExamples = `Examples:
  slipway quotas show org_…
`;

const setExamples = `Examples:
  slipway quotas set org_… live_deployments 200
  slipway quotas set org_… stored_bytes default
`;

export function addQuotas(program: Command, context: CommandContext): void {
  const group = program.command('quotas').summary('list what your organization may have; set it (operators)');
  const list = group
    .command('list')
    .summary('list what you may use')
    .description("Lists what the key's organization uses and may have.")
    .addHelpText('before', listQuotasExamples);
  withConnection(list, context, async ({ client, signal }) => {
    const usage = await client.get('/v1/quotas', { signal });
    return { json: usage, text: formatQuotas(usage) };
  });
  const show = group
    .command('show')
    .summary('show what is used')
    .description('Shows what an organization uses and may have. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .addHelpText('before', showExamples);
  withAdminConnection(show, context, async ({ client, signal }, _, id = '') => {
    const path = { organization_id: id };
    const organization = await client.get('/v1/admin/organizations/{organization_id}', { path, signal });
    return { json: organization, text: formatQuotas(organization) };
  });
  const set = group
    .command('set')
    .summary('set one quota')
    .description('Sets one quota of an organization. Needs the admin token.')
    .argument('<organization>', 'organization ID')
    .addArgument(new Argument('<resource>', 'what is limited').choices(quotaResources))
    .argument('<limit>', 'a whole number, or `default`')
    .addHelpText('before', setExamples);
  withAdminConnection(set, context, async ({ client, signal }, _, id = '', resource = '', limit = '') => {
    const organization = await client.patch('/v1/admin/organizations/{organization_id}/quotas', {
      path: { organization_id: id },
      body: { [resource]: parseLimit(limit) },
      signal,
    });
    return { json: organization, text: formatQuotas(organization) };
  });
}

function parseLimit(text: string): number | null {
  if (text === 'default') return null;
  if (!/^\d{1,15}$/.test(text))
    throw new InvalidArgumentError(`'${text}' is not a limit. Use a whole number or default.`);
  return Number(text);
}

function formatOrganizations(organizations: Organization[]): string {
  if (organizations.length === 0) return 'No organizations yet. Create one with `slipway orgs create NAME`.\n';
  const rows = organizations.map(({ created_at, name, organization_id }) => [
    organization_id,
    name,
    formatTime(created_at),
  ]);
  return table([['ORGANIZATION', 'NAME', 'CREATED'], ...rows]);
}

function formatQuotas({ quotas }: Pick<OrganizationInFull, 'quotas'>): string {
  const rows = Object.entries(quotas).map(([resource, { max_allowed, used }]) => {
    const known = quotaResources.find((name) => name === resource);
    const show = known && quotaTable[known].isBytes ? formatBytes : String;
    return [resource, show(used), show(max_allowed), known ? quotaTable[known].whenFull : ''];
  });
  const held = byteHolders.map((holder) => [holder, formatBytes(quotas.stored_bytes.held_by[holder])]);
  return `${table([['RESOURCE', 'USED', 'LIMIT', 'WHEN ALL OF IT IS USED'], ...rows])}\n${table([['STORED BYTES OF', 'USED'], ...held])}`;
}
