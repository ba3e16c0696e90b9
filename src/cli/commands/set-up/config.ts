// Defines `slipway config`, which shows the settings in use and where each value comes from.
import type { Command } from 'commander';
import type { CommandContext } from '../../command.ts';
import { addConnectionOptions } from '../../connection/connection-options.ts';
import type { Setting, Settings } from '../../connection/settings.ts';
import { table } from '../../terminal/table.ts';

interface Options {
  apiKey?: string;
  baseUrl?: string;
  namespace?: string;
  origin?: true;
  json?: true;
}

const examples = `Examples:
  slipway config list
  slipway config list --origin           with the flag, variable or file of each
`;

export function addConfig(program: Command, { environment, output }: CommandContext): void {
  const group = program.command('config').summary('show the settings in use').description('Shows the settings in use.');
  const list = group.command('list').option('--origin', 'show where each value comes from');
  addConnectionOptions(list)
    .description('Lists the server, the API key and the namespace in use. Never prints the key.')
    .addHelpText('before', examples)
    .action(async ({ json, origin, ...flags }: Options) => {
      const { resolveSettings } = await import('../../connection/settings.ts');
      const results = describeSettings(resolveSettings(flags, environment));
      const rows = results.map((item) => [item.name, item.value ?? '-', ...(origin ? [item.origin ?? '-'] : [])]);
      output.data(json ? `${JSON.stringify({ results }, null, 2)}\n` : table(rows));
    });
}

interface SettingEntry {
  name: string;
  value: string | null;
  origin: string | null;
}

function describeSettings({ apiKey, baseUrl, namespace }: Settings): SettingEntry[] {
  const entry = (name: string, setting: Setting | undefined, shown = setting?.value): SettingEntry => ({
    name,
    value: shown ?? null,
    origin: setting?.origin ?? null,
  });
  return [entry('base_url', baseUrl), entry('api_key', apiKey, apiKey && '(set)'), entry('namespace', namespace)];
}
