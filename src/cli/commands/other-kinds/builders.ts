// Defines `slipway builders`: operators list, add, drain and remove builders.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { formatBytes } from '../../../core/bytes.ts';
import { addExamples, type CommandContext, withAdminConnection } from '../../command.ts';
import type { Connection } from '../../connection/connect.ts';
import { Failure } from '../../failures/failure.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { table } from '../../terminal/table.ts';

type Builder = components['schemas']['BuilderInFull'];

const lookEveryMs = 2000;

export function addBuilders(program: Command, context: CommandContext): void {
  const group = program.command('builders').summary('list, add and drain builders (operators)');
  addListCommand(group, context);
  addAddCommand(group, context);
  addModeCommand(group, context, 'drain');
  addModeCommand(group, context, 'resume');
  addRemoveCommand(group, context);
}

function addListCommand(group: Command, context: CommandContext): void {
  const list = group.command('list', { isDefault: true }).description('Lists the builders. Needs the admin token.');
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

const modes = {
  drain: { mode: 'draining', summary: 'move the instances of a builder to the others', done: 'draining' },
  resume: { mode: 'active', summary: 'give a drained builder work again', done: 'resumed' },
} as const;

function addModeCommand(group: Command, context: CommandContext, action: keyof typeof modes): void {
  const { done, mode, summary } = modes[action];
  const command = group.command(action).summary(summary).argument('<name>', "the builder's name");
  command.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}. Needs the admin token.`);
  if (action === 'drain') command.option('--wait', 'wait until it has no instances');
  addExamples(command, `slipway builders ${action} east`);
  withAdminConnection<{ wait?: true }>(command, context, async ({ client, signal }, { wait }, name = '') => {
    const path = { builder_name: name };
    const changed = await client.patch('/v1/admin/builders/{builder_name}', { path, body: { mode }, signal });
    if (wait) await waitUntilEmpty({ client, signal }, context.output, name);
    return { json: changed, text: `✓ ${wait ? 'drained' : done} ${changed.name}\n` };
  });
}

/** A silent builder may still have instances. Those of a lost one start elsewhere. */
async function waitUntilEmpty(
  { client, signal }: Pick<Connection, 'client' | 'signal'>,
  output: CommandContext['output'],
  name: string,
): Promise<void> {
  for (let shown = ''; ; await delay(lookEveryMs, undefined, { signal })) {
    const { builders } = await client.get('/v1/admin/builders', { signal });
    const found = builders.find((one) => one.name === name);
    if (!found || found.condition === 'lost' || found.instances === 0) return;
    if (found.mode === 'active')
      throw new Failure('failed', `The builder ${name} was resumed before it was empty`, {
        hint: `Drain it again: \`slipway builders drain ${name} --wait\`.`,
      });
    const left =
      found.instances === null
        ? 'it does not answer'
        : `${found.instances} ${found.instances === 1 ? 'instance' : 'instances'} left`;
    if (left !== shown) output.stage(left);
    shown = left;
  }
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
  withAdminConnection<{ force?: true; yes?: true }>(remove, context, async ({ client, signal }, options, name = '') => {
    await requireConfirmation(`Remove the builder ${name}`, options.yes, signal);
    const request = { path: { builder_name: name }, query: { force: options.force ? 'true' : 'false' } } as const;
    const removed = await client.delete('/v1/admin/builders/{builder_name}', { ...request, signal });
    return { json: removed, text: `✓ removed ${removed.name}\n` };
  });
}

function formatBuilders(builders: Builder[]): string {
  if (builders.length === 0) return 'The platform starts a container for each instance.\n';
  const size = (bytes: number | null) => (bytes === null ? '-' : formatBytes(bytes));
  const rows = builders.map((builder) => [
    builder.name,
    builder.mode === 'active' ? builder.condition : `${builder.condition}, ${builder.mode}`,
    String(builder.instances ?? '-'),
    String(builder.calls_in_flight ?? '-'),
    size(builder.memory_available_bytes),
    size(builder.disk_free_bytes),
    builder.sandbox ?? '-',
    builder.python ?? '-',
    builder.url,
  ]);
  const titles = ['NAME', 'CONDITION', 'INSTANCES', 'CALLS', 'MEMORY LEFT', 'DISK LEFT', 'SANDBOX', 'PYTHON', 'URL'];
  return table([titles, ...rows]);
}
