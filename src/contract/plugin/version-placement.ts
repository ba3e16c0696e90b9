// Defines where the instances of a Go plugin's version run, which is decided when it is built and recorded with it (D52).
import { z } from 'zod';

/** An isolate runs WebAssembly beside the Worker, without network access and files. A container runs an executable. */
export const places = ['isolate', 'container'] as const;
export type Place = (typeof places)[number];

/** Placements that plugin.yaml or the caller may ask for. `auto` chooses the isolate for a plugin that can run there. */
export const requestedPlacements = ['auto', ...places] as const;
export const requestedPlacementSchema = z.enum(requestedPlacements);
export type RequestedPlacement = z.infer<typeof requestedPlacementSchema>;

export const versionPlacementSchema = z.object({
  place: z.enum(places),
  requested: requestedPlacementSchema,
  /** Why it runs there, for the author. Null for an isolate, and for a container that was asked for. */
  reason: z.string().nullable(),
});
export type VersionPlacement = z.infer<typeof versionPlacementSchema>;

/** Why a plugin has to run in a container: `uses net/http: needs a container`. */
export function needsContainer(cause: string): string {
  return `${cause}: needs a container`;
}
