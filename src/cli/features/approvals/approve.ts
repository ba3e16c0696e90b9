// Shows and decides a version that waits for approval. A decision names the digest that was shown, or else the present one.
import type { components } from '../../../client/api.gen.d.ts';
import type { GoKind } from '../../../contract/plugin/go-kinds.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';
import type { CommandContext, CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import { parseVersionRef } from '../../plugins/plugin-ref.ts';
import { Failure } from '../../terminal/failure.ts';
import { formatApproval } from './approval-text.ts';

type Staged = components['schemas']['StagedVersion'];

interface Options {
  /** Kind of a Go plugin, whose version is its Git ref. */
  kind?: GoKind;
  note?: string;
  org?: true;
  sha256?: string;
}

export async function showStaged(
  connection: Connection,
  ref: string | undefined,
  { kind, org }: Options,
  { output }: Pick<CommandContext, 'output'>,
): Promise<CommandResult> {
  const staged = await findStaged(connection, await parseStaged(ref, kind), org);
  const diff = await diffWithActive(connection, staged);
  const { formatDiff } = await import('../../any-kind/diff-text.ts');
  return { json: { ...staged, diff }, text: `${formatApproval(staged)}${diff ? `\n${formatDiff(diff, output)}` : ''}` };
}

export async function decide(
  connection: Connection,
  verb: 'approve' | 'reject',
  ref: string | undefined,
  { kind, note, org, sha256 }: Options,
): Promise<CommandResult> {
  const named = await parseStaged(ref, kind);
  const { client, namespaceId, signal } = connection;
  const staged = kind && (await findStaged(connection, named, org));
  const plugin_id = staged?.plugin_id ?? formatPluginId(named.name, named.version);
  const namespace = org ? undefined : { namespace_id: staged?.namespace_id ?? (await namespaceId()) };
  const digest = sha256 ?? staged?.code_hash ?? (await presentDigest(connection, plugin_id, org));
  const body = { sha256: digest, kind, note };
  const options = { body, signal };
  const decided = namespace
    ? await client.post(`/v1/namespaces/{namespace_id}/plugins/{plugin_id}/${verb}`, {
        ...options,
        path: { ...namespace, plugin_id },
      })
    : await client.post(`/v1/plugins/{plugin_id}/${verb}`, { ...options, path: { plugin_id } });
  const { deployment, deployment_error: failed } = decided;
  const deployed = deployment ? `  deploys  ${deployment.deployment_id}\n` : '';
  const refused = failed ? `! not deployed: ${failed.message}\n` : '';
  return { json: decided, text: `✓ ${decided.stage} ${named.name} ${named.version}\n${deployed}${refused}` };
}

interface NamedVersion {
  kind: 'extractor' | GoKind;
  name: string;
  version: string;
}

async function parseStaged(ref: string | undefined, kind: GoKind | undefined): Promise<NamedVersion> {
  if (kind === undefined) return { kind: 'extractor', ...(await parseVersionRef(ref)) };
  const [, name, version] = /^([^@]+)@(.+)$/.exec(ref ?? '') ?? [];
  if (name !== undefined && version !== undefined) return { kind, name, version };
  throw new Failure('usage', `the version of ${ref ?? 'the plugin'} is missing`, {
    hint: 'Add its Git ref, as in upper@v1.0.0.',
  });
}

async function presentDigest(
  { client, namespaceId }: Connection,
  plugin_id: string,
  org: true | undefined,
): Promise<string> {
  const { plugin } = org
    ? await client.get('/v1/plugins/{plugin_id}', { path: { plugin_id } })
    : await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
        path: { namespace_id: await namespaceId(), plugin_id },
      });
  return plugin.code_hash;
}

async function findStaged(
  { client, namespaceId }: Connection,
  { kind, name, version }: NamedVersion,
  org: true | undefined,
): Promise<Staged> {
  // An organization's Go plugins are all in one namespace.
  const owner = org || kind !== 'extractor' ? null : await namespaceId();
  let cursor: string | null | undefined;
  do {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const { pagination, results } = await client.get('/v1/approvals', { query });
    const found = results.find(
      (one) =>
        one.kind === kind &&
        one.name === name &&
        one.version === version &&
        (kind !== 'extractor' || one.namespace_id === owner),
    );
    if (found) return found;
    cursor = pagination.next_cursor;
  } while (cursor);
  throw new Failure('failed', `${name} ${version} doesn't wait for approval here`, {
    hint: '`slipway approvals` lists the versions that do.',
  });
}

async function diffWithActive(
  { client }: Connection,
  { active_version, diff_url, kind, name, namespace_id, version }: Staged,
): Promise<components['schemas']['PluginDiff'] | null> {
  if (active_version === null || diff_url === null) return null;
  // The URL names a Go plugin's versions by their commits.
  const { searchParams } = new URL(diff_url, 'https://slipway');
  const query = {
    ...(kind === 'pipeline' || kind === 'storage' ? { kind } : {}),
    v1: searchParams.get('v1') ?? active_version,
    v2: searchParams.get('v2') ?? version,
  };
  return namespace_id === null
    ? client.get('/v1/plugins/by-name/{slug}/diff', { path: { slug: name }, query })
    : client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
        path: { namespace_id, slug: name },
        query,
      });
}
