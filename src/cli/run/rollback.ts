// Defines `slipway rollback`, which makes an earlier version live.
import { serverCommand } from '../command/command.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { yesOption } from '../terminal/confirmation.ts';
import { timeoutOption } from '../terminal/duration.ts';

export const rollback = serverCommand({
  name: 'rollback',
  summary: 'roll back to an earlier version',
  description: 'Makes an earlier version live, immediately if it is on standby.',
  arguments: { '[plugin]': 'NAME, or NAME@VERSION to roll back to (default: the plugin in this folder)' },
  options: {
    '--to <version>': 'the version, or -1 for the newest earlier one that served well, -2 … (default: -1)',
    '-m, --message <text>': 'the reason, for the history',
    '--dry-run': 'show what would change without changing it',
    ...yesOption,
    ...kindOption,
    '--no-wait': 'return immediately',
    ...timeoutOption,
  },
  examples: [
    'slipway rollback my_plugin --dry-run',
    'slipway rollback my_plugin --to -2 -m "wrong results" --yes',
    'slipway rollback upper --to v1.2.0         a Go plugin, to a ref or commit',
  ],
  async run(connection, { plugin: ref }, { kind, to, ...options }) {
    const { forPlugin } = await import('../any-kind/by-kind.ts');
    const { rollBack } = await import('./roll-back.ts');
    return forPlugin(connection, ref, kind, async (plugin) => {
      const target = to ?? (ref === undefined ? undefined : plugin.version);
      return rollBack(plugin, { ...options, to: target }, connection.output);
    });
  },
});
