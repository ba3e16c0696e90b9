// Defines `slipway pull`, which downloads the files of a published version.
import { serverCommand } from '../command/command.ts';

export const pull = serverCommand({
  name: 'pull',
  summary: "download a version's files",
  description: "Downloads a version's files into a folder, exactly as published.",
  arguments: { '<plugin>': 'NAME or NAME@VERSION' },
  options: {
    '-o, --output <folder>': "the target folder (default: the plugin's name)",
    '--force': 'overwrite existing files',
  },
  examples: ['slipway pull my_plugin@1.0.0 -o old'],
  async run(connection, { plugin: ref }, { output, force }) {
    const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
    const { resolveOffered } = await import('../plugins/plugin-ref.ts');
    const { pullVersion } = await import('./pull-version.ts');
    const version = await resolveOffered(connection, await parsePluginRef(ref));
    return pullVersion(
      connection,
      version,
      { folder: output ?? version.name, force: force === true },
      connection.output,
    );
  },
});
