// Defines `slipway install` and `slipway uninstall`, for Go plugins that the server builds from a Git repository.

import { type Command, Option } from 'commander';
import { type GoKind, goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { type RequestedPlacement, requestedPlacements } from '../../../contract/plugin/version-placement.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { goKindOption } from '../../go-plugins/kinds.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { timeoutOption } from '../../terminal/duration.ts';
import { releaseOptionText } from '../../terminal/release-text.ts';

interface InstallOptions {
  kind: GoKind;
  name?: string;
  ref?: string;
  description?: string;
  placement?: RequestedPlacement;
  release?: string;
  wait: boolean;
  timeout: number;
}

const examples = `
Examples:
  slipway install https://github.com/acme/upper@v1.2.0
  slipway install https://github.com/acme/upper@v1.3.0     update it
  slipway install https://github.com/acme/rows --kind storage
`;

export function addInstall(program: Command, context: CommandContext): void {
  const command = program
    .command('install')
    .summary('install or update a Go plugin from Git')
    .description('Fetches, scans, builds and starts a Go plugin. Run it again with another REF to update.')
    .argument('<repository>', 'URL or URL@REF: a tag, branch or full commit hash')
    .addOption(goKindOption())
    .option('--name <name>', 'the name (default: from plugin.yaml or the URL)')
    .option('--ref <ref>', 'same as @REF')
    .option('--description <text>', 'override the description in plugin.yaml')
    .addOption(
      new Option('--placement <where>', 'where it runs (default: plugin.yaml, or auto)').choices(requestedPlacements),
    )
    .option('--release <plan>', releaseOptionText)
    .option('--no-wait', 'return immediately')
    .addOption(timeoutOption())
    .addHelpText('before', examples.slice(1));
  withConnection<InstallOptions>(command, context, async (connection, options, url = '') => {
    const { installPlugin } = await import('../../go-plugins/install.ts');
    const { parseRepositoryRef } = await import('../../go-plugins/install.ts');
    const { ref, repository } = parseRepositoryRef(url);
    return installPlugin(connection, { ...options, repository, ref: ref ?? options.ref }, context.output);
  });
}

export function addUninstall(program: Command, context: CommandContext): void {
  const command = program
    .command('uninstall')
    .summary('remove a Go plugin')
    .description('Stops a Go plugin and removes it with all its versions.')
    .argument('<plugin>', 'NAME')
    .addOption(goKindOption())
    .addOption(yesOption());
  addExamples(command, 'slipway uninstall upper');
  withConnection<{ kind: GoKind; yes?: true }>(
    command,
    context,
    async ({ client, signal }, { kind, yes }, name = '') => {
      await requireConfirmation(`Uninstall ${name} with all its versions`, yes, signal);
      await client.delete(`${goSurfaces[kind]}/{name}`, { path: { name }, signal });
      return { json: { success: true, name }, text: `✓ uninstalled ${name}\n` };
    },
  );
}
