// Defines `slipway builders`: operators list, add, drain and remove builders.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { formatBytes } from '../../../core/bytes.ts';
import { addExamples, type CommandContext, withAdminConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { table } from '../../terminal/table.ts';

type Builder = components['schemas']['BuilderInFull'];

const lookEveryMs = 2000;
const nameOf = (builder: string) => ({ path: { builder_name: builder } });

export function addBuilders(program: Command, context: CommandContext): void {
  const group = program.command('builders').summary('list, add and drain builders (operators)');
  addListCommand(group, context);
  addAddCommand(group, context);
  addDrainCommand(group, context);
  addResumeCommand(group, context);
  addRemoveCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group
    .command('list', { isDefault: true })
    .summary('list the builders')
    .description('Asks each builder, and lists what it answers. Needs the admin token.');
  addExamples(list, 'slipway builders');
  withAdminConnection(list, context, async ({ client, signal }) => {
    const answer = await client.get('/v1/admin/builders', { signal });
    return { json: answer, text: formatBuilders(answer.builders) };
  });
}

function addAddCommand(group: Command, context: CommandContext): void {
  const add = group
    .command('add')
    .summary('check a builder and add it')
    .description('Checks a builder and adds it. It must have the BUILDER_TOKEN of the Worker. Needs the admin token.')
    .argument('<name>', 'a name for the builder')
    .argument('<url>', 'the URL at which the Worker reaches it');
  addExamples(add, 'slipway builders add east http://builder-2.internal:8080');
  withAdminConnection(add, context, async ({ client, signal }, _, name = '', url = '') => {
    const added = await client.post('/v1/admin/builders', { body: { name, url }, signal });
    return { json: added, text: `✓ added ${added.name} (Python ${added.python}, sandbox ${added.sandbox})\n` };
  });
}

function addDrainCommand(group: Command, context: CommandContext): void {
  const drain = group
    .command('drain')
    .summary('move the instances of a builder to the others')
    .description('Gives a builder no new work, and moves its instances to the others. Needs the admin token.')
    .argument('<name>', "the builder's name")
    .option('--wait', 'wait until it has no instances');
  addExamples(drain, 'slipway builders drain east --wait');
  withAdminConnection<{ wait?: true }>(drain, context, async ({ client, signal }, { wait }, name = '') => {
    const body = { mode: 'draining' } as const;
    const drained = await client.patch('/v1/admin/builders/{builder_name}', { ...nameOf(name), body, signal });
    if (!wait) return { json: drained, text: `✓ draining ${drained.name}\n` };
    const empty = await waitUntilEmpty({ client, signal }, drained);
    const outcome =
      empty.condition === 'lost' ? `${empty.name} is lost: its instances start elsewhere` : `drained ${empty.name}`;
    return { json: empty, text: `✓ ${outcome}\n` };
  });
}

/** A builder that doesn't answer may still have instances. */
async function waitUntilEmpty({ client, signal }: Pick<Connection, 'client' | 'signal'>, first: Builder) {
  let builder = first;
  while (builder.condition !== 'lost' && builder.instances !== 0) {
    await delay(lookEveryMs, undefined, { signal });
    builder = await client.get('/v1/admin/builders/{builder_name}', { ...nameOf(builder.name), signal });
  }
  return builder;
}

function addResumeCommand(group: Command, context: CommandContext): void {
  const resume = group
    .command('resume')
    .summary('give a drained builder work again')
    .description('Gives a drained builder work again. Needs the admin token.')
    .argument('<name>', "the builder's name");
  addExamples(resume, 'slipway builders resume east');
  withAdminConnection(resume, context, async ({ client, signal }, _, name = '') => {
    const body = { mode: 'active' } as const;
    const resumed = await client.patch('/v1/admin/builders/{builder_name}', { ...nameOf(name), body, signal });
    return { json: resumed, text: `✓ resumed ${resumed.name}\n` };
  });
}

function addRemoveCommand(group: Command, context: CommandContext): void {
  const remove = group
    .command('remove')
    .summary('remove a builder')
    .description('Removes a builder that has no instances. Needs the admin token.')
    .argument('<name>', "the builder's name")
    .option('--force', 'remove it even if it has instances')
    .addOption(yesOption());
  addExamples(remove, 'slipway builders remove east');
  withAdminConnection<{ force?: true; yes?: true }>(
    remove,
    context,
    async ({ client, signal }, { force, yes }, name = '') => {
      await requireConfirmation(`Remove the builder ${name}`, yes, signal);
      const query = { force: force ? 'true' : 'false' } as const;
      const removed = await client.delete('/v1/admin/builders/{builder_name}', { ...nameOf(name), query, signal });
      return { json: removed, text: `✓ removed ${removed.name}\n` };
    },
  );
}

function formatBuilders(builders: Builder[]): string {
  if (builders.length === 0) return 'The platform starts a container for each instance.\n';
  const shown = (value: number | null, format: (value: number) => string = String) =>
    value === null ? '-' : format(value);
  const rows = builders.map((builder) => [
    builder.name,
    builder.mode === 'active' ? builder.condition : `${builder.condition}, ${builder.mode}`,
    shown(builder.instances),
    shown(builder.calls_in_flight),
    shown(builder.memory_available_bytes, formatBytes),
    shown(builder.disk_free_bytes, formatBytes),
    builder.sandbox ?? '-',
    builder.python ?? '-',
    builder.url,
  ]);
  const titles = ['NAME', 'CONDITION', 'INSTANCES', 'CALLS', 'MEMORY LEFT', 'DISK LEFT', 'SANDBOX', 'PYTHON', 'URL'];
  return table([titles, ...rows]);
}
