// Defines `slipway orgs export`, which writes an organization into a folder.
import { serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { printable } from '../../terminal/terminal-text.ts';

const exportCommand = serverCommand({
  name: 'export',
  summary: 'export your organization to a folder',
  description: 'Writes the rows, objects and events of your organization into a new folder. Secrets are left out.',
  arguments: { '<folder>': 'a folder that does not exist, or is empty' },
  examples: ['slipway orgs export ./acme'],
  async run({ client, signal }, { folder }) {
    const { exportToFolder } = await import('./export-folder.ts');
    const { organization_id } = await client.get('/v1/organization/deletion');
    const summary = await exportToFolder(client, folder, organization_id, signal);
    const { events, objects, rows } = summary;
    return {
      json: summary,
      text: `✓ exported ${rows} rows, ${objects} objects and ${events} events to ${printable(folder)}\n`,
    };
  },
});

export const feature = defineCliFeature({ commands: [{ add: exportCommand, after: 'orgs set' }] });
