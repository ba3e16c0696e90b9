// Reads which version a rollback of a plugin offers first.
import { useQuery } from '@tanstack/react-query';
import { bestRollbackTarget } from '../../client/rollback-target.ts';
import type { Schemas } from './api.ts';
import { trafficQuery } from './plugin-history.ts';

/** Undefined: no other version has served, or nobody knows yet how it did. */
export function useRollbackTarget(namespace: string, plugin: Schemas['PluginVersions']): string | undefined {
  const { data, isError } = useQuery(trafficQuery(namespace, plugin.name));
  if (data === undefined && !isError) return undefined;
  return bestRollbackTarget(plugin, data?.by_version ?? []);
}
