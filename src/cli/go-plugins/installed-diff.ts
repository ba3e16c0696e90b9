// Compares two installed versions of a Go plugin, by their refs.
import type { components } from '../../client/api.gen.d.ts';
import type { Connection } from '../connection/connect.ts';
import { type GoKind, surfaces } from './kinds.ts';

/** `first` may be two refs, as `v1.0.0..v1.1.0`, or the newer one. Without any, compares the last two versions. */
export function diffGoPlugin(
  { client, signal }: Connection,
  { kind, name }: { kind: GoKind; name: string },
  first: string | undefined,
  second: string | undefined,
): Promise<components['schemas']['PluginDiff']> {
  const [before, after = second] = (first ?? '').split('..');
  const range = after === undefined ? { v2: before } : { v1: before, v2: after };
  const query = Object.fromEntries(Object.entries(range).filter(([, ref]) => ref !== undefined && ref !== ''));
  return client.get(`${surfaces[kind]}/{name}/diff`, { path: { name }, query, signal });
}
