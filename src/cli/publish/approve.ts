// Shows and decides a version that waits for approval. A decision names the digest that was shown, or else the present one.
import type { components } from '../../client/api.gen.d.ts';
import type { CommandContext, CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import { parseVersionRef, type VersionRef } from '../plugins/plugin-ref.ts';
import { formatApproval } from './approval-text.ts';

type Staged = components['schemas']['StagedVersion'];

interface Options {
  note?: string;
  org?: true;
  sha256?: string;
}

export async function showStaged(
  connection: Connection,
  ref: string | undefined,
  { org }: Options,
  { output }: Pick<CommandContext, 'output'>,
): Promise<CommandResult> {
  const version = await parseVersionRef(ref);
  const staged = await findStaged(connection, version, org);
  const diff = await diffWithActive(connection, staged);
  const { formatDiff } = await import('../plugins/diff-text.ts');
  return { json: { ...staged, diff }, text: `${formatApproval(staged)}${diff ? `\n${formatDiff(diff, output)}` : ''}` };
}

export async function decide(
  connection: Connection,
  verb: 'approve' | 'reject',
  ref: string | undefined,
  { note, org, sha256 }: Options,
): Promise<CommandResult> {
  const { name, pluginId, version } = await parseVersionRef(ref);
  const { client, namespaceId, signal } = connection;
  const namespace = org ? undefined : { namespace_id: await namespaceId() };
  const plugin_id = pluginId;
  const digest = sha256 ?? (await presentDigest(connection, plugin_id, org));
  const options = { body: { sha256: digest, ...(note === undefined ? {} : { note }) }, signal };
  const decided = namespace
    ? await client.post(`/v1/namespaces/{namespace_id}/plugins/{plugin_id}/${verb}`, {
        ...options,
        path: { ...namespace, plugin_id },
      })
    : await client.post(`/v1/plugins/{plugin_id}/${verb}`, { ...options, path: { plugin_id } });
  const { deployment, deployment_error: failed } = decided;
  const deployed = deployment ? `  deploys  ${deployment.deployment_id}\n` : '';
  const refused = failed ? `! not deployed: ${failed.message}\n` : '';
  return { json: decided, text: `✓ ${decided.stage} ${name} ${version}\n${deployed}${refused}` };
}

async function presentDigest(
  { client, namespaceId, signal }: Connection,
  plugin_id: string,
  org: true | undefined,
): Promise<string> {
  const { plugin } = org
    ? await client.get('/v1/plugins/{plugin_id}', { path: { plugin_id }, signal })
    : await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
        path: { namespace_id: await namespaceId(), plugin_id },
        signal,
      });
  return plugin.code_hash;
}

async function findStaged(
  { client, namespaceId, signal }: Connection,
  { name, pluginId, version }: VersionRef,
  org: true | undefined,
): Promise<Staged> {
  const owner = org ? null : await namespaceId();
  let cursor: string | null | undefined;
  do {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const { pagination, results } = await client.get('/v1/approvals', { query, signal });
    const found = results.find((one) => one.plugin_id === pluginId && one.namespace_id === owner);
    if (found) return found;
    cursor = pagination.next_cursor;
  } while (cursor);
  throw new Failure('failed', `${name} ${version} doesn't wait for approval here`, {
    hint: '`slipway approvals` lists the versions that do.',
  });
}

async function diffWithActive(
  { client, signal }: Connection,
  { active_version, name, namespace_id, version }: Staged,
): Promise<components['schemas']['PluginDiff'] | null> {
  if (active_version === null) return null;
  const query = { v1: active_version, v2: version };
  return namespace_id === null
    ? client.get('/v1/plugins/by-name/{slug}/diff', { path: { slug: name }, query, signal })
    : client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
        path: { namespace_id, slug: name },
        query,
        signal,
      });
}
