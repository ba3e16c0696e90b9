// Reads installed Go plugins, which belong to the organization rather than to a namespace.
import { queryOptions } from '@tanstack/react-query';
import { notFound } from '@tanstack/react-router';
import { idleMs, pendingMs } from '../../contract/limits/requests.ts';
import { type GoKind, goKinds, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { api, type Schemas } from './api.ts';

/** Reads the kind from the URL. Any other text shows the not-found page. */
export function parseGoKind(text: string): GoKind {
  const kind = goKinds.find((known) => known === text);
  if (kind === undefined) throw notFound();
  return kind;
}

export const goPluginsQuery = (kind: GoKind) =>
  queryOptions({
    queryKey: ['go', kind],
    queryFn: ({ signal }) => api.get(goSurfaces[kind], { signal }),
    refetchInterval: ({ state }) => (state.data?.some(isBuilding) ? pendingMs : idleMs),
  });

export const goPluginQuery = (kind: GoKind, name: string) =>
  queryOptions({
    queryKey: ['go', kind, name],
    queryFn: ({ signal }) => api.get(`${goSurfaces[kind]}/{name}`, { path: { name }, signal }),
    refetchInterval: ({ state }) => (state.data && isBuilding(state.data) ? pendingMs : idleMs),
  });

function isBuilding({ status }: Schemas['GoPlugin']): boolean {
  return status === 'building';
}

export const goLogsQuery = (kind: GoKind, name: string) =>
  queryOptions({
    queryKey: ['go', kind, name, 'logs'],
    refetchInterval: pendingMs,
    queryFn: ({ signal }) =>
      api.get(`${goSurfaces[kind]}/{name}/logs`, { path: { name }, query: { tail: 200 }, signal }),
  });

/** Describes where the plugin runs, and why it needs a container. */
export function describePlacement({ placement, placement_reason: reason }: Schemas['GoPlugin']): string {
  if (placement === null) return 'not decided yet';
  return reason === null ? placement : `${placement}: ${reason}`;
}
