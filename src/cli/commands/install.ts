// `slipway install` and `uninstall`: plugins in Go, built by the server from a Git repository.
import type { Command } from 'commander';
import { type CommandContext, connected } from '../command.ts';
import { timeoutOption } from '../duration.ts';
import { type GoKind, goKindOption, surfaces } from '../go-plugins/kinds.ts';

interface InstallOptions {
  kind: GoKind;
  name?: string;
  ref?: string;
  description?: string;
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
    .description('Has a Go plugin fetched, scanned, built and started. Once more with another REF updates it.')
    .argument('<repository>', 'URL or URL@REF: a tag, a branch or a whole commit')
    .addOption(goKindOption())
    .option('--name <name>', 'as plugin.yaml or the URL says by default')
    .option('--ref <ref>', 'the same as @REF')
    .option('--description <text>', 'instead of that of plugin.yaml')
    .option('--no-wait', 'return at once')
    .addOption(timeoutOption())
    .addHelpText('before', examples.slice(1));
  connected<InstallOptions>(command, context, async (connection, options, said = '') => {
    const { installPlugin } = await import('../go-plugins/install.ts');
    const { repositoryRef } = await import('../go-plugins/repository-ref.ts');
    const { ref, repository } = repositoryRef(said);
    return installPlugin(connection, { ...options, repository, ref: ref ?? options.ref }, context.output);
  });
}

export function addUninstall(program: Command, context: CommandContext): void {
  const command = program
    .command('uninstall')
    .summary('remove a Go plugin')
    .description('Takes a Go plugin out of service and removes it, with all its versions.')
    .argument('<plugin>', 'NAME')
    .addOption(goKindOption());
  connected<{ kind: GoKind }>(command, context, async ({ client, signal }, { kind }, name = '') => {
    await client.delete(`${surfaces[kind]}/{name}`, { path: { name }, signal });
    return { json: { success: true, name }, text: `✓ ${name} is uninstalled\n` };
  });
}
