// Fetches what Slipway signed about a version of any kind, and its SBOM.
import type { Envelope, EvidenceType, PublicKeys } from '../../../contract/features/evidence/evidence.ts';
import { forPlugin } from '../../any-kind/by-kind.ts';
import type { Connection } from '../../connection/connect.ts';
import type { FoundPlugin } from '../../plugins/plugin-ref.ts';
import { findVersionId } from '../../plugins/plugin-ref.ts';
import { Failure } from '../../terminal/failure.ts';

export interface FetchedEvidence {
  name: string;
  version: string;
  /** SHA-256 of the stored archive. */
  sha256: string;
  envelopes: { type: EvidenceType; envelope: Envelope }[];
}

/** A version by its ID. */
export interface Target {
  connection: Connection;
  pluginId: string;
  kind: FoundPlugin['kind'];
}

/** Finds the version that `NAME@VERSION` names; for a Go plugin, the version is a ref or commit, and optional. */
export async function findTarget(connection: Connection, text: string): Promise<Target> {
  const [name = '', ...rest] = text.split('@');
  const version = rest.length === 0 ? undefined : rest.join('@');
  return forPlugin(connection, name, undefined, async (plugin) => {
    const pluginId = await findVersionId(plugin, version);
    if (version !== undefined && !plugin.kind.kind) {
      const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
      await connection.client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
    }
    return { connection: plugin.connection, pluginId, kind: plugin.kind };
  });
}

export async function fetchEvidence(target: Target): Promise<FetchedEvidence> {
  const path = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/evidence';
  const { evidence, name, version, sha256 } = await target.connection.client.get(path, await optionsFor(target));
  const envelopes = evidence.flatMap(({ type, envelope }) => (envelope ? [{ type, envelope }] : []));
  return { name, version, sha256, envelopes };
}

async function optionsFor({ connection: { namespaceId, signal }, kind, pluginId }: Target) {
  return { path: { namespace_id: await namespaceId(), plugin_id: pluginId }, query: kind, signal };
}

export function fetchKeys({ client }: Connection): Promise<PublicKeys> {
  return client.get('/.well-known/slipway/keys.json');
}

/** Returns the SBOM's text as served. */
export async function fetchSbom(target: Target): Promise<string> {
  const path = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/sbom';
  return (await target.connection.client.request('get', path, await optionsFor(target))).text();
}

/** Downloads an extractor's archive. Go plugins have none to download, so the registry's digest is used for them. */
export async function fetchArchive(target: Target): Promise<Uint8Array | undefined> {
  if (target.kind.kind) return undefined;
  const { client, namespaceId, signal } = target.connection;
  const { download_url } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download', {
    path: { namespace_id: await namespaceId(), plugin_id: target.pluginId },
  });
  const response = await fetch(download_url, { signal });
  if (!response.ok) throw new Failure('failed', `the archive could not be downloaded: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
