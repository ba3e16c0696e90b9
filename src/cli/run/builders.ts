// Defines `slipway builders`: operators list, add, drain and remove builders.
import { setTimeout as delay } from 'node:timers/promises';
import type { components } from '../../client/api.gen.d.ts';
import { formatBytes } from '../../core/quantities.ts';
import { adminCommand, commandGroup } from '../command/command.ts';
import type { CommandContext } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';
import { table } from '../terminal/table.ts';
import { formatGpus, gpuFacts, gpusCell } from './gpu-text.ts';

type Builder = components['schemas']['BuilderInFull'];

const lookEveryMs = 2000;

const list = adminCommand({
  name: 'list',
  isDefault: true,
  description: 'Lists the builders. Needs the admin token.',
  examples: ['slipway builders'],
  async run({ client }) {
    const answer = await client.get('/v1/admin/builders');
    return { json: answer, text: formatBuilders(answer.builders) };
  },
});

const show = adminCommand({
  name: 'show',
  summary: 'show a builder, its GPUs and who holds them',
  description: 'Shows a builder, the GPUs that it lends, and the plugins that hold them. Needs the admin token.',
  arguments: { '<name>': "the builder's name" },
  examples: ['slipway builders show east'],
  async run({ client }, { name }) {
    const { builders } = await client.get('/v1/admin/builders');
    const found = builders.find((one) => one.name === name);
    if (!found)
      throw new Failure('failed', `There is no builder ${name}`, { hint: '`slipway builders` lists the builders.' });
    return { json: found, text: formatBuilder(found) };
  },
});

const add = adminCommand({
  name: 'add',
  summary: 'check a builder and add it',
  description: 'Checks a builder and adds it. It must have the BUILDER_TOKEN of the Worker. Needs the admin token.',
  arguments: { '<name>': 'a name for the builder', '<url>': 'the URL at which the Worker reaches it' },
  examples: ['slipway builders add east http://builder-2.internal:8080'],
  async run({ client }, { name, url }) {
    const added = await client.post('/v1/admin/builders', { body: { name, url } });
    return { json: added, text: `✓ added ${added.name} (Python ${added.python}, sandbox ${added.sandbox})\n` };
  },
});

const drain = adminCommand({
  name: 'drain',
  summary: 'move the instances of a builder to the others',
  description: 'Move the instances of a builder to the others. Needs the admin token.',
  arguments: { '<name>': "the builder's name" },
  options: { '--wait': 'wait until it has no instances' },
  examples: ['slipway builders drain east'],
  async run(connection, { name }, { wait }) {
    const changed = await setMode(connection, name, 'draining');
    if (wait) await waitUntilEmpty(connection, name);
    return { json: changed, text: `✓ ${wait ? 'drained' : 'draining'} ${changed.name}\n` };
  },
});

const resume = adminCommand({
  name: 'resume',
  summary: 'give a drained builder work again',
  description: 'Give a drained builder work again. Needs the admin token.',
  arguments: { '<name>': "the builder's name" },
  examples: ['slipway builders resume east'],
  async run(connection, { name }) {
    const changed = await setMode(connection, name, 'active');
    return { json: changed, text: `✓ resumed ${changed.name}\n` };
  },
});

function setMode({ client }: Connection, name: string, mode: Builder['mode']) {
  return client.patch('/v1/admin/builders/{builder_name}', { path: { builder_name: name }, body: { mode } });
}

/** A silent builder may still have instances. Those of a lost one start elsewhere. */
async function waitUntilEmpty({ client, output, signal }: Connection & CommandContext, name: string): Promise<void> {
  for (let shown = ''; ; await delay(lookEveryMs, undefined, { signal })) {
    const { builders } = await client.get('/v1/admin/builders');
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

const remove = adminCommand({
  name: 'remove',
  summary: 'remove a builder',
  description: 'Removes a builder that has no instances. Needs the admin token.',
  arguments: { '<name>': "the builder's name" },
  options: { '--force': 'remove it even if it has instances' },
  examples: ['slipway builders remove east'],
  confirm: ({ name }) => `Remove the builder ${name}`,
  async run({ client }, { name }, options) {
    const request = { path: { builder_name: name }, query: { force: options.force ? 'true' : 'false' } } as const;
    const removed = await client.delete('/v1/admin/builders/{builder_name}', { ...request });
    return { json: removed, text: `✓ removed ${removed.name}\n` };
  },
});

export const builders = commandGroup({ name: 'builders', summary: 'list, show, add and drain builders (operators)' }, [
  list,
  show,
  add,
  drain,
  resume,
  remove,
]);

function formatBuilders(builders: Builder[]): string {
  if (builders.length === 0) return 'The platform starts a container for each instance.\n';
  const hasGpus = builders.some(({ gpus }) => gpus);
  const rows = builders.map((builder) => [
    builder.name,
    conditionOf(builder),
    String(builder.instances ?? '-'),
    String(builder.calls_in_flight ?? '-'),
    size(builder.memory_available_bytes),
    size(builder.disk_free_bytes),
    builder.sandbox ?? '-',
    builder.python ?? '-',
    ...(hasGpus ? [gpusCell(builder.gpus)] : []),
    builder.url,
  ]);
  const titles = ['NAME', 'CONDITION', 'INSTANCES', 'CALLS', 'MEMORY LEFT', 'DISK LEFT', 'SANDBOX', 'PYTHON'];
  return table([[...titles, ...(hasGpus ? ['GPUS'] : []), 'URL'], ...rows]);
}

function formatBuilder(builder: Builder): string {
  const facts = table([
    ['name', builder.name],
    ['condition', conditionOf(builder)],
    ['URL', builder.url],
    ['instances', String(builder.instances ?? '-')],
    ['calls', String(builder.calls_in_flight ?? '-')],
    ['memory left', size(builder.memory_available_bytes)],
    ['disk left', size(builder.disk_free_bytes)],
    ['sandbox', builder.sandbox ?? '-'],
    ['Python', builder.python ?? '-'],
    ...gpuFacts(builder.gpus),
  ]);
  return facts + formatGpus(builder.gpus);
}

function conditionOf({ condition, mode }: Builder): string {
  return mode === 'active' ? condition : `${condition}, ${mode}`;
}

function size(bytes: number | null): string {
  return bytes === null ? '-' : formatBytes(bytes);
}
