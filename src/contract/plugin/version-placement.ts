// Defines where a Go plugin version's instances run. This is decided at build time and recorded with the version (D52).
import { z } from 'zod';

/** An isolate runs WebAssembly next to the Worker, without network access or files. A container runs an executable. */
export const places = ['isolate', 'container'] as const;
export type Place = (typeof places)[number];

/** Placements that plugin.yaml or the caller may ask for. `auto` chooses the isolate if the plugin can run there. */
export const requestedPlacements = ['auto', ...places] as const;
export const requestedPlacementSchema = z.enum(requestedPlacements);
export type RequestedPlacement = z.infer<typeof requestedPlacementSchema>;

export const versionPlacementSchema = z.object({
  place: z.enum(places),
  requested: requestedPlacementSchema,
  /** Why it runs there, for the author. Null for an isolate, and for a requested container. */
  reason: z.string().nullable(),
});
export type VersionPlacement = z.infer<typeof versionPlacementSchema>;

/** Returns why a plugin has to run in a container: `uses net/http: needs a container`. */
export function needsContainer(cause: string): string {
  return `${cause}: needs a container`;
}
