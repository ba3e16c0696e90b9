// Defines `slipway install` and `slipway uninstall`, for Go plugins that the server builds from a Git repository.
import { goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { requestedPlacements } from '../../contract/plugin/version-placement.ts';
import { serverCommand } from '../command/command.ts';
import { goKindOption } from '../go-plugins/kinds.ts';
import { timeoutOption } from '../terminal/duration.ts';
import { releaseOptionText } from '../terminal/release-text.ts';

export const install = serverCommand({
  name: 'install',
  summary: 'install or update a Go plugin from Git',
  description: 'Fetches, scans, builds and starts a Go plugin. Run it again with another REF to update.',
  arguments: { '<repository>': 'URL or URL@REF: a tag, branch or full commit hash' },
  options: {
    ...goKindOption,
    '--name <name>': 'the name (default: from plugin.yaml or the URL)',
    '--ref <ref>': 'same as @REF',
    '--description <text>': 'override the description in plugin.yaml',
    '--placement <where>': {
      description: 'where it runs (default: plugin.yaml, or auto)',
      choices: requestedPlacements,
    },
    '--release <plan>': releaseOptionText,
    '--no-wait': 'return immediately',
    ...timeoutOption,
  },
  examples: [
    'slipway install https://github.com/acme/upper@v1.2.0',
    'slipway install https://github.com/acme/upper@v1.3.0     update it',
    'slipway install https://github.com/acme/rows --kind storage',
  ],
  async run(connection, { repository: url }, options) {
    const { installPlugin } = await import('../go-plugins/install.ts');
    const { parseRepositoryRef } = await import('../go-plugins/install.ts');
    const { ref, repository } = parseRepositoryRef(url);
    return installPlugin(connection, { ...options, repository, ref: ref ?? options.ref }, connection.output);
  },
});

export const uninstall = serverCommand({
  name: 'uninstall',
  summary: 'remove a Go plugin',
  description: 'Stops a Go plugin and removes it with all its versions.',
  arguments: { '<plugin>': 'NAME' },
  options: goKindOption,
  examples: ['slipway uninstall upper'],
  confirm: ({ plugin: name }) => `Uninstall ${name} with all its versions`,
  async run({ client }, { plugin: name }, { kind }) {
    await client.delete(`${goSurfaces[kind]}/{name}`, { path: { name } });
    return { json: { success: true, name }, text: `✓ uninstalled ${name}\n` };
  },
});
