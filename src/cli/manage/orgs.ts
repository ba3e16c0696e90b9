// Defines `slipway orgs` and `slipway quotas`: change or leave an organization, and show its quotas. Only operators with the
// installation's admin token can create one; they do everything else with `slipway api`.
import type { components } from '../../client/api.gen.d.ts';
import { byteHolders, quotaResources, quotaTable } from '../../contract/limits/quotas.ts';
import { extractorPlacements } from '../../contract/states.ts';
import { formatBytes } from '../../core/quantities.ts';
import { adminCommand, commandGroup, serverCommand } from '../command/command.ts';
import { requireConfirmation, yesOption } from '../terminal/confirmation.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type OrganizationInFull = components['schemas']['OrganizationInFull'];

const deletionPath = '/v1/organization/deletion';
const settingsPath = '/v1/organization/settings';

const create = adminCommand({
  name: 'create',
  summary: 'create an organization',
  description: 'Creates an organization with its first key and namespace. Needs the admin token.',
  arguments: { '<name>': "the organization's name" },
  examples: ['KEY=$(slipway orgs create acme)'],
  async run({ client }, { name }) {
    const made = await client.post('/v1/admin/organizations', { body: { name } });
    return {
      json: made,
      text: `${made.api_key}\n`,
      notes: [
        `  created  ${printable(made.name)} (${made.organization_id})`,
        '  This API key is shown only once. Store it in a secret manager.',
      ],
    };
  },
});

const show = serverCommand({
  name: 'show',
  summary: 'show your organization and its deletion date',
  description: 'Shows your organization with its settings, and its deletion date if a deletion was requested.',
  examples: ['slipway orgs show'],
  async run({ client }) {
    const [deletion, settings] = await Promise.all([client.get(deletionPath), client.get(settingsPath)]);
    return { json: { ...deletion, ...settings }, text: `${deletionText(deletion)}${settingsText(settings)}` };
  },
});

const set = serverCommand({
  name: 'set',
  summary: "change your organization's settings",
  description: "Changes your organization's settings, for deployments from now on.",
  options: {
    '--placement <where>': {
      description: 'where plugins run if neither their manifest nor their namespace says',
      choices: extractorPlacements,
      required: true,
    },
  },
  examples: ['slipway orgs set --placement ray'],
  async run({ client }, _, { placement }) {
    const settings = await client.patch(settingsPath, { body: { placement } });
    return { json: settings, text: `✓ changed ${printable(settings.name)}. ${settingsText(settings)}` };
  },
});

const leave = serverCommand({
  name: 'leave',
  summary: 'request the deletion of your organization',
  description:
    'Requests the deletion of your organization. In seven days Slipway revokes its keys, stops its plugins and deletes all its data. Until then everything keeps working.',
  options: yesOption,
  examples: ['slipway orgs leave'],
  async run({ client, signal }, _, { yes }) {
    const { name, organization_id } = await client.get(deletionPath);
    await requireConfirmation(`Delete ${printable(name)} and all its data in seven days`, yes, signal);
    const deletion = await client.post(deletionPath, { body: { organization_id } });
    return {
      json: deletion,
      text: deletionText(deletion),
      notes: ['Cancel it with `slipway orgs stay`, and keep a copy with `slipway orgs export FOLDER`.'],
    };
  },
});

const stay = serverCommand({
  name: 'stay',
  summary: 'cancel the deletion of your organization',
  description: 'Cancels the deletion of your organization. Changes nothing if no deletion was requested.',
  examples: ['slipway orgs stay'],
  async run({ client }) {
    const deletion = await client.delete(deletionPath);
    return { json: deletion, text: deletionText(deletion) };
  },
});

function settingsText({ placement }: components['schemas']['OrganizationSettings']): string {
  const where = placement === 'ray' ? 'on a Ray cluster' : 'in the sandbox';
  return `Plugins run ${where} unless their manifest or namespace says otherwise.\n`;
}

function deletionText(deletion: components['schemas']['OrganizationDeletion']): string {
  const organization = `${printable(deletion.name)} (${deletion.organization_id})`;
  return deletion.deletion_due_at === null
    ? `${organization} stays: no deletion is requested\n`
    : `${organization} will be deleted ${formatTime(deletion.deletion_due_at)}, with all its data. Until then everything keeps working.\n`;
}

const list = serverCommand({
  name: 'list',
  summary: 'list your quotas',
  description: "Lists the usage and quotas of the key's organization.",
  examples: ['slipway quotas list'],
  async run({ client }) {
    const usage = await client.get('/v1/quotas');
    return { json: usage, text: formatQuotas(usage) };
  },
});

export const orgs = commandGroup(
  { name: 'orgs', summary: 'change, export or leave your organization; create others (operators)' },
  [show, set, leave, stay, create],
);

export const quotas = commandGroup({ name: 'quotas', summary: "list your organization's quotas" }, [list]);

function formatQuotas({ quotas }: Pick<OrganizationInFull, 'quotas'>): string {
  const rows = Object.entries(quotas).map(([resource, { max_allowed, used }]) => {
    const known = quotaResources.find((name) => name === resource);
    const show = known && quotaTable[known].isBytes ? formatBytes : String;
    return [resource, show(used), show(max_allowed), known ? quotaTable[known].whenFull : ''];
  });
  const held = byteHolders.map((holder) => [holder, formatBytes(quotas.stored_bytes.held_by[holder])]);
  return `${table([['RESOURCE', 'USED', 'LIMIT', 'WHEN ALL OF IT IS USED'], ...rows])}\n${table([['STORED BYTES OF', 'USED'], ...held])}`;
}
