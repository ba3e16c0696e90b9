// Defines `slipway yank` and `slipway deprecate`, which take a version back without deleting it.
import type { OptionValues } from '../arguments/command-options.ts';
import { serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';

const words = {
  yank: { field: 'yanked', done: 'yanked', undone: 'offered again' },
  deprecate: { field: 'deprecated', done: 'deprecated', undone: 'no longer deprecated' },
} as const;

const withdrawal = {
  '--reason <text>': { description: 'why, and what to use instead', conflicts: 'undo' },
  '--undo': 'undo it',
  '--org': "one of the organization's own plugins",
} as const;

export const yank = serverCommand({
  name: 'yank',
  summary: 'offer a version no longer',
  description: 'Only its exact number still resolves to a yanked version. What is live stays live.',
  arguments: { '<plugin>': 'NAME@VERSION, or NAME@REF of a Go plugin' },
  options: withdrawal,
  examples: ["slipway yank my_plugin@1.2.0 --reason 'Returns wrong embeddings. Use 1.2.1.'"],
  run: (connection, { plugin }, options) => withdraw(connection, 'yank', plugin, options),
});

export const deprecate = serverCommand({
  name: 'deprecate',
  summary: 'say that a version should not be used',
  description: 'Shows the reason wherever the version is. It works as before.',
  arguments: { '<plugin>': 'NAME@VERSION, or NAME@REF of a Go plugin' },
  options: withdrawal,
  examples: ["slipway deprecate my_plugin@1.0.0 --reason 'Use 2.0.0. Support ends in March.'"],
  run: (connection, { plugin }, options) => withdraw(connection, 'deprecate', plugin, options),
});

async function withdraw(
  connection: Connection,
  verb: keyof typeof words,
  ref: string,
  { org, reason, undo }: OptionValues<typeof withdrawal>,
): Promise<CommandResult> {
  if (reason === undefined && !undo)
    throw new Failure('usage', 'the reason is missing', {
      hint: 'Add --reason TEXT. It is shown to those who use the version.',
    });
  const { name, version } = await versionOf(ref);
  const { field, done, undone } = words[verb];
  const body = { [field]: undo ? null : reason };
  const { forPlugin } = await import('../any-kind/by-kind.ts');
  const { findVersionId } = await import('../plugins/plugin-ref.ts');
  const changed = await forPlugin(connection, name, undefined, async (plugin) => {
    const { client, namespaceId } = plugin.connection;
    const change = { ...plugin.kind, ...body };
    const plugin_id = await findVersionId(plugin, version);
    return org
      ? client.patch('/v1/plugins/{plugin_id}', { path: { plugin_id }, body: change })
      : client.patch('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
          path: { namespace_id: await namespaceId(), plugin_id },
          body: change,
        });
  });
  return { json: changed, text: `✓ ${name} ${version} is ${undo ? undone : done}\n` };
}

/** Splits NAME@VERSION, NAME@REF or the ID of a version. */
async function versionOf(text: string): Promise<{ name: string; version: string }> {
  const { splitPluginRef } = await import('../plugins/plugin-ref.ts');
  const { name, version } = splitPluginRef(text) ?? /^(?<name>[^@]+)@(?<version>.+)$/.exec(text)?.groups ?? {};
  if (name !== undefined && version !== undefined) return { name, version };
  throw new Failure('usage', `the version of ${text} is missing`, { hint: `Add it, as in ${text}@1.0.0.` });
}
