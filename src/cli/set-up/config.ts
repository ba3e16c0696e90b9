// Defines `slipway config`, which shows the settings in use and where each value comes from.
import { commandGroup, localCommand } from '../command/command.ts';
import { connectionOptions } from '../connection/connection-options.ts';
import type { Setting, Settings } from '../connection/settings.ts';
import { table } from '../terminal/table.ts';

const list = localCommand({
  name: 'list',
  description: 'Lists the server, the API key and the namespace in use. Never prints the key.',
  options: { '--origin': 'show where each value comes from', ...connectionOptions },
  examples: ['slipway config list', 'slipway config list --origin           with the flag, variable or file of each'],
  async run({ environment }, _, { origin, ...flags }) {
    const { resolveSettings } = await import('../connection/settings.ts');
    const results = describeSettings(resolveSettings(flags, environment));
    const rows = results.map((item) => [item.name, item.value ?? '-', ...(origin ? [item.origin ?? '-'] : [])]);
    return { json: { results }, text: table(rows) };
  },
});

export const config = commandGroup(
  { name: 'config', summary: 'show the settings in use', description: 'Shows the settings in use.' },
  [list],
);

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
