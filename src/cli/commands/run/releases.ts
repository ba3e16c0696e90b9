// Defines `slipway releases`: move calls to a live version step by step, and watch or change that.
import { type Command, Option } from 'commander';
import { addPageOptions, type PageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { addExamples, type CommandContext, withConnection } from '../../command.ts';
import { Failure } from '../../failures/failure.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../init/categories.ts';
import type { ChangeName, ChangeOptions } from '../../releases/releases.ts';
import { yesOption } from '../../terminal/confirmation.ts';
import { releaseOptionText } from '../../terminal/release-text.ts';

interface Kinded {
  kind?: Kind;
}

const refText = 'NAME, for its newest release, or a release ID';

export function addReleases(program: Command, context: CommandContext): void {
  const group = program.command('releases').summary('move calls step by step, and watch it');
  addListCommand(group, context);
  addStartCommand(group, context);
  addShowCommand(group, context);
  addWatchCommand(group, context);
  for (const change of changes) addChangeCommand(group, context, change);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command('list', { isDefault: true })
    .description('Lists releases, newest first.')
    .argument('[plugin]', 'NAME')
    .option('--active', 'only those that share calls now')
    .addOption(kindOption());
  addExamples(list, 'slipway releases list my_plugin');
  addPageOptions(list);
  type Options = PageOptions & Kinded & { active?: true };
  withConnection<Options>(list, context, async ({ client, namespaceId, signal }, { active, kind, ...page }, name) => {
    const { formatReleases } = await import('../../releases/format.ts');
    const { releasesPath } = await import('../../releases/releases.ts');
    const query = {
      ...pageQuery(page),
      ...(name === undefined ? {} : { plugin: name }),
      ...(kind === undefined ? {} : { kind }),
      ...(active && { active: 'true' as const }),
    };
    const path = { namespace_id: await namespaceId() };
    const { pagination, results } = await client.get(releasesPath, { path, query, signal });
    return pageResult(results, pagination.next_cursor, formatReleases(results));
  });
}

function addStartCommand(group: Command, context: CommandContext): void {
  const start = group
    .command('start')
    .description('Gives a live version a growing share of the calls to a name.')
    .argument('<plugin>', 'NAME')
    .argument('<version>', 'the live version to release')
    .addOption(new Option('--release <plan>', releaseOptionText))
    .addOption(kindOption());
  addExamples(start, 'slipway releases start my_plugin 1.3.0', 'slipway releases start my_plugin 1.3.0 --release 5,50');
  type Options = Kinded & { release?: string };
  withConnection<Options>(start, context, async (connection, { kind, release: text }, plugin = '', version = '') => {
    const { readReleasePlan } = await import('../../arguments/release-plan.ts');
    const { formatRelease } = await import('../../releases/format.ts');
    const { releasesPath } = await import('../../releases/releases.ts');
    const plan = text === undefined ? undefined : readReleasePlan(text);
    if (plan === 'immediate')
      throw new Failure('usage', '--release: a release takes steps', {
        hint: `Use \`slipway rollback ${plugin} --to ${version}\` to move all calls at once.`,
      });
    const path = { namespace_id: await connection.namespaceId() };
    const body = { plugin, version, ...(kind === undefined ? {} : { kind }), ...(plan === undefined ? {} : { plan }) };
    const release = await connection.client.post(releasesPath, { path, body, signal: connection.signal });
    const next = `  next      slipway releases watch ${plugin}\n`;
    return { json: release, text: `${formatRelease(release)}${next}` };
  });
}

function addShowCommand(group: Command, context: CommandContext): void {
  const show = group
    .command('show')
    .description('Shows a release with its measurements and decisions.')
    .argument('<release>', refText)
    .addOption(kindOption());
  addExamples(show, 'slipway releases show my_plugin');
  withConnection<Kinded>(show, context, async (connection, { kind }, ref = '') => {
    const { formatRelease } = await import('../../releases/format.ts');
    const { findRelease } = await import('../../releases/releases.ts');
    const release = await findRelease(connection, { ref, kind });
    return { json: release, text: formatRelease(release) };
  });
}

function addWatchCommand(group: Command, context: CommandContext): void {
  const watch = group
    .command('watch')
    .description('Watches a release until it ends. Exits with 1 if it was reverted. Ctrl-C leaves it running.')
    .argument('<release>', refText)
    .addOption(kindOption());
  addExamples(watch, 'slipway releases watch my_plugin');
  withConnection<Kinded>(watch, context, async (connection, { kind }, ref = '') => {
    const { watchRelease } = await import('../../releases/watch.ts');
    return watchRelease(connection, { ref, kind }, context.output);
  });
}

interface Change {
  name: ChangeName;
  description: string;
  asks: boolean;
  hasReason: boolean;
}

const changes: Change[] = [
  { name: 'step', description: 'Goes on to the next step now.', asks: true, hasReason: false },
  { name: 'pause', description: 'Keeps the shares as they are.', asks: false, hasReason: true },
  { name: 'resume', description: 'Goes on with a paused release.', asks: false, hasReason: false },
  { name: 'revert', description: 'Gives all calls back to the stable version.', asks: true, hasReason: true },
  {
    name: 'cancel',
    description: 'Ends a release without a result. All calls go to the stable version.',
    asks: true,
    hasReason: true,
  },
];

function addChangeCommand(
  group: Command,
  context: CommandContext,
  { asks, description, hasReason, name }: Change,
): void {
  const command = group.command(name).description(description).argument('<release>', refText).addOption(kindOption());
  if (hasReason) command.option('--reason <text>', 'the reason, for the history');
  if (asks) command.addOption(yesOption());
  addExamples(command, `slipway releases ${name} my_plugin${hasReason ? ' --reason "wrong scores"' : ''}`);
  withConnection<ChangeOptions>(command, context, async (connection, options, ref = '') => {
    const { changeRelease } = await import('../../releases/releases.ts');
    return changeRelease(connection, ref, name, options);
  });
}
