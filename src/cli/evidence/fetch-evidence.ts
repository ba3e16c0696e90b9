// Fetches what Slipway signed about a version of any kind, and its SBOM.

import type { Envelope, EvidenceType, PublicKeys } from '../../contract/evidence.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import { byKind } from '../plugins/by-kind.ts';
import { resolveVersion } from '../plugins/plugin-ref.ts';

export interface FetchedEvidence {
  name: string;
  version: string;
  /** SHA-256 of the stored archive. */
  sha256: string;
  envelopes: { type: EvidenceType; envelope: Envelope }[];
}

/** A version of an extractor by its ID, or of a Go plugin by its ref or commit. */
export type Target = { pluginId: string } | { kind: GoKind; name: string; ref: string | undefined };

/** Finds the version that `NAME@VERSION` names; for a Go plugin, the version is a ref or commit, and optional. */
export async function findTarget(connection: Connection, text: string): Promise<Target> {
  const [name = '', ...rest] = text.split('@');
  const version = rest.length === 0 ? undefined : rest.join('@');
  return byKind<Target, Target>(connection, name, undefined, {
    extractor: async () => {
      const { client, signal } = connection;
      if (version === undefined) return { pluginId: (await resolveVersion(connection, { name, version })).pluginId };
      const pluginId = formatPluginId(name, version);
      const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
      await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path, signal });
      return { pluginId };
    },
    go: async (kind) => ({ kind, name, ref: version }),
  });
}

export async function fetchEvidence(connection: Connection, target: Target): Promise<FetchedEvidence> {
  const { evidence, name, version, sha256 } = await requestEvidence(connection, target);
  const envelopes = evidence.flatMap(({ type, envelope }) => (envelope ? [{ type, envelope }] : []));
  return { name, version, sha256, envelopes };
}

async function requestEvidence(connection: Connection, target: Target) {
  const { client, signal } = connection;
  if ('pluginId' in target)
    return client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/evidence', {
      path: { namespace_id: await connection.namespaceId(), plugin_id: target.pluginId },
      signal,
    });
  const { kind, name, ref } = target;
  const query = ref === undefined ? {} : { ref };
  return client.get(`${goSurfaces[kind]}/{name}/evidence`, { path: { name }, query, signal });
}

export function fetchKeys({ client, signal }: Connection): Promise<PublicKeys> {
  return client.get('/.well-known/slipway/keys.json', { signal });
}

/** Returns the SBOM's text as served. */
export async function fetchSbom(connection: Connection, target: Target): Promise<string> {
  const { client, signal } = connection;
  const response =
    'pluginId' in target
      ? await client.request('get', '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/sbom', {
          path: { namespace_id: await connection.namespaceId(), plugin_id: target.pluginId },
          signal,
        })
      : await client.request('get', `${goSurfaces[target.kind]}/{name}/sbom`, {
          path: { name: target.name },
          query: target.ref === undefined ? {} : { ref: target.ref },
          signal,
        });
  return response.text();
}

/** Downloads an extractor's archive. Go plugins have none to download, so the registry's digest is used for them. */
export async function fetchArchive(connection: Connection, target: Target): Promise<Uint8Array | undefined> {
  if (!('pluginId' in target)) return undefined;
  const { client, signal } = connection;
  const { download_url } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/download', {
    path: { namespace_id: await connection.namespaceId(), plugin_id: target.pluginId },
    signal,
  });
  const response = await fetch(download_url, { signal });
  if (!response.ok) throw new Failure('failed', `the archive could not be downloaded: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
