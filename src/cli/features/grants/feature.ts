// Defines `slipway grants`: list, give and revoke permissions beyond the default.
import { InvalidArgumentError } from 'commander';
import type { components } from '../../../client/api.gen.d.ts';
import { goSurfaces } from '../../../contract/plugin/go-kinds.ts';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { parsePermissions } from '../../../contract/plugin/permissions.ts';
import type { OptionValues } from '../../arguments/command-options.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import type { CommandResult } from '../../command/context.ts';
import { defineCliFeature } from '../../command/context.ts';
import { listCommand } from '../../command/list-command.ts';
import type { Connection } from '../../connection/connect.ts';
import { kindOption } from '../../go-plugins/kinds.ts';
import type { Kind } from '../../plugins/categories.ts';
import { requireConfirmation, yesOption } from '../../terminal/confirmation.ts';
import { formatTime } from '../../terminal/duration.ts';
import { Failure } from '../../terminal/failure.ts';

type Permissions = components['schemas']['GrantRequest']['permissions'];

interface SubjectOptions {
  kind?: Kind;
  org?: true;
}

const list = listCommand({
  name: 'list',
  description: 'Lists plugin grants.',
  examples: ['slipway grants list'],
  fetch: ({ client }, query) => client.get('/v1/grants', { query }),
  empty: 'No grants.',
  head: ['PLUGIN', 'KIND', 'NAMESPACE', 'GRANTED', 'SINCE'],
  row: (grant) => [
    grant.plugin,
    grant.kind,
    grant.namespace_id ?? 'organization',
    listPermissions(grant.permissions).join(', ') || '-',
    formatTime(grant.updated_at),
  ],
});

const giveOptions = {
  ...kindOption,
  '--org': "the organization's own plugin",
  '--network <host...>': 'hosts, such as api.example.com or *.example.com',
  '--forward <port=host:port...>': {
    description: 'local ports that forward to a host and port',
    parse: parseForward,
  },
  '--secret <name...>': "the namespace's secrets",
  '--memory-mb <number>': { description: 'memory per instance, in MiB', parse: parseWhole },
  '--timeout-s <number>': { description: 'time limit of a call, in seconds', parse: parseWhole },
  '--later-timeout-s <number>': { description: 'time limit of a later call, in seconds', parse: parseWhole },
  '--replace': 'grant only this, instead of adding to the existing grant',
} as const;

const give = serverCommand({
  name: 'give',
  description:
    "Adds to a plugin's grant, for all its versions. Without permissions, grants everything its active version asks for.",
  arguments: { '<plugin>': 'NAME' },
  options: giveOptions,
  examples: [
    'slipway grants give http_lookup      what its active version asks for',
    'slipway grants give http_lookup --network api.example.com',
    'slipway grants give tcp-store --kind storage --forward 9042=db.internal:9042',
  ],
  async run(connection, { plugin }, options) {
    const named = chosen(options);
    return forSubject(connection, plugin, options, async (subject) => {
      const permissions = named ?? (await requested(connection, subject, plugin));
      const body = { ...(await subjectOf(connection, plugin, subject)), permissions, add: options.replace !== true };
      const grant = await connection.client.put('/v1/grants', { body });
      const lines = listPermissions(grant.permissions).map((one) => `  ${one}\n`);
      return { json: grant, text: `✓ ${plugin} is granted:\n${lines.join('')}` };
    });
  },
});

const revoke = serverCommand({
  name: 'revoke',
  description: "Revokes a plugin's grant and stops the instances that use it.",
  arguments: { '<plugin>': 'NAME' },
  options: {
    ...kindOption,
    '--org': "the organization's own plugin",
    ...yesOption,
  },
  examples: ['slipway grants revoke http_lookup --yes'],
  async run(connection, { plugin }, options) {
    const { client, signal } = connection;
    await requireConfirmation(`Revoke the grant of ${plugin}`, options.yes, signal);
    return forSubject(connection, plugin, options, async (subject) => {
      const query = await subjectOf(connection, plugin, subject);
      const revoked = await client.delete('/v1/grants', { query });
      return { json: revoked, text: `✓ ${plugin} has no grants left\n` };
    });
  },
});

const grants = commandGroup(
  {
    name: 'grants',
    summary: 'grant hosts, secrets, memory and time to plugins',
    description: 'Manages plugin permissions beyond the default.',
  },
  [list, give, revoke],
);

interface Subject {
  kind: Kind;
  org?: true;
}

/** Runs the command for the kind of plugin with this name. Only extractors belong to an organization. */
async function forSubject(
  connection: Connection,
  plugin: string,
  { kind, org }: SubjectOptions,
  run: (subject: Subject) => Promise<CommandResult>,
): Promise<CommandResult> {
  if (org) return run({ kind: kind ?? 'extractor', org });
  const { byKind } = await import('../../any-kind/by-kind.ts');
  return byKind(connection, plugin, kind, {
    extractor: () => run({ kind: 'extractor' }),
    go: (found) => run({ kind: found }),
  });
}

async function subjectOf(connection: Connection, plugin: string, { kind, org }: Subject) {
  const namespaced = kind === 'extractor' && org !== true;
  return { plugin, kind, ...(namespaced ? { namespace: await connection.namespaceId() } : {}) };
}

/** Returns the permissions that the options name, or undefined if they name none. */
function chosen({
  network,
  forward,
  secret,
  memoryMb,
  timeoutS,
  laterTimeoutS,
}: OptionValues<typeof giveOptions>): Permissions | undefined {
  const named = {
    ...(network ? { network } : {}),
    ...(forward ? { forward: Object.fromEntries(forward) } : {}),
    ...(secret ? { secrets: secret } : {}),
    ...(memoryMb === undefined ? {} : { memory_mb: memoryMb }),
    ...(timeoutS === undefined ? {} : { timeout_s: timeoutS }),
    ...(laterTimeoutS === undefined ? {} : { later_timeout_s: laterTimeoutS }),
  };
  if (Object.keys(named).length === 0) return undefined;
  const parsed = parsePermissions(named);
  if ('permissions' in parsed) return named;
  const [issue] = parsed.issues;
  throw new Failure('usage', `${issue?.path.join(' ')} ${issue?.message}`, { title: 'Invalid permission' });
}

async function requested(connection: Connection, subject: Subject, plugin: string): Promise<Permissions> {
  const permissions = await requestOf(connection, subject, plugin);
  if (permissions) return permissions;
  throw new Failure('usage', `${plugin} asks for no permissions`, {
    hint: 'Name what to grant, as in --network api.example.com.',
  });
}

async function requestOf(
  connection: Connection,
  { kind, org }: Subject,
  name: string,
): Promise<Permissions | null | undefined> {
  const { client } = connection;
  if (kind !== 'extractor') {
    const installed = await client.get(`${goSurfaces[kind]}/{name}`, { path: { name } });
    return installed.plugin_definition?.permissions;
  }
  if (org)
    throw new Failure('usage', 'the permissions are missing', {
      hint: 'Name what to grant to a plugin of the organization, as in --network api.example.com.',
    });
  const { resolveOffered } = await import('../../plugins/plugin-ref.ts');
  const { pluginId } = await resolveOffered(connection, { name, version: undefined });
  const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
  const { plugin } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  return plugin.permissions.requested;
}

function parseForward(text: string, before: [string, string][] = []): [string, string][] {
  const [, port, target] = /^(\d+)=(.+)$/.exec(text) ?? [];
  if (port === undefined || target === undefined)
    throw new InvalidArgumentError('Use PORT=HOST:PORT, as in 9042=db.example.com:9042.');
  return [...before, [port, target]];
}

function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Use a whole number.');
  return Number(text);
}

export const feature = defineCliFeature({ commands: [{ add: grants, after: 'models' }] });
