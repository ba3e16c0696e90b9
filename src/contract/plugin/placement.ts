// Defines where an instance runs: in an isolate, on a Ray cluster, or in a container, with its size and region. Decided when its
// deployment is requested, with three later changes. Before the start, it moves to a larger container if its packages need one, as
// their size is only known then. Once verified to be small, it moves into a shared container, which may itself become larger. If it
// grows, it moves out again.
import { z } from 'zod';
import { serverMemoryMiB } from '../limits/containers.ts';
import { clusterNetworks } from '../states.ts';

/** Cloudflare's instance types, ascending. Each has its own Durable Object class, because a class has one instance type. */
export const containerSizes = ['lite', 'basic', 'standard-1', 'standard-2', 'standard-3', 'standard-4'] as const;
export type ContainerSize = (typeof containerSizes)[number];

export const largestSize: ContainerSize = 'standard-4';

export const sizeMemoryMiB = {
  lite: 256,
  basic: 1024,
  'standard-1': 4096,
  'standard-2': 6144,
  'standard-3': 8192,
  'standard-4': 12_288,
} as const satisfies Record<ContainerSize, number>;

/** Disk of each size. */
export const sizeDiskGB = {
  lite: 2,
  basic: 4,
  'standard-1': 8,
  'standard-2': 12,
  'standard-3': 16,
  'standard-4': 20,
} as const satisfies Record<ContainerSize, number>;

/** Returns the disk bytes that environments may take: three quarters. The image, blobs and the plugin need the remaining quarter. */
export function environmentBytesMax(size: ContainerSize): number {
  return sizeDiskGB[size] * 0.75e9;
}

/** Size for a plugin without declared memory. Plugins take 55 to 84 MiB. */
export const defaultSize: ContainerSize = 'basic';

/** Returns the smallest size that fits the plugin and the server. A plugin that declares more than any size has gets the largest. */
export function sizeFor(memoryMiB: number | null): ContainerSize {
  if (memoryMiB === null) return defaultSize;
  return containerSizes.find((size) => sizeMemoryMiB[size] - serverMemoryMiB >= memoryMiB) ?? largestSize;
}

/** Where builds run. One container does one build at a time, which may take all memory except the server's. */
export const buildsContainer = {
  size: 'standard-3',
  buildsAtOnce: 1,
  memoryMiB: sizeMemoryMiB['standard-3'] - 1024,
} as const satisfies { size: ContainerSize; buildsAtOnce: number; memoryMiB: number };

/** Cloudflare's location hints, which place a Durable Object near its callers. */
export const locationHints = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const;
export type LocationHint = (typeof locationHints)[number];

/** Regions to which an organization's instances can be restricted. */
export const jurisdictions = ['eu', 'fedramp'] as const;
export const jurisdictionSchema = z.enum(jurisdictions);
export type Jurisdiction = z.infer<typeof jurisdictionSchema>;

/** Sizes of containers shared by an organization's small plugins, ascending. A container starts with the first. */
export const sharedSizes = ['basic', 'standard-1'] as const satisfies readonly ContainerSize[];
export type SharedSize = (typeof sharedSizes)[number];

/** Returns the total memory for the plugins in a shared container. */
export function sharedMemoryMiB(size: SharedSize): number {
  return sizeMemoryMiB[size] - serverMemoryMiB;
}

const separator = '-';

/** Returns the name of a new container for the organization, which no other organization's plugin can use. */
export function newSharedContainer(organizationId: string): string {
  return organizationId + separator + crypto.randomUUID().slice(0, 8);
}

export function organizationIn(sharedContainer: string): string {
  const [organizationId = ''] = sharedContainer.split(separator);
  return organizationId;
}

/** An instance's place in a shared container. */
export const sharedPlaceSchema = z.object({
  container: z.string(),
  /** The container's size. When it grows, existing plugins follow into the larger one. */
  size: z.enum(sharedSizes).default('standard-1'),
  /** Memory reserved for the instance. */
  mib: z.int().min(1),
  /** True if the container has network egress. Such a container holds only plugins with a network grant. */
  network: z.boolean(),
});
export type SharedPlace = z.infer<typeof sharedPlaceSchema>;

export const placedClusterSchema = z.object({ name: z.string(), network: z.enum(clusterNetworks) });
export type PlacedCluster = z.infer<typeof placedClusterSchema>;

export const placementSchema = z.object({
  size: z.enum(containerSizes),
  location: z.enum(locationHints).nullable(),
  jurisdiction: jurisdictionSchema.nullable(),
  /** Omitted for an instance in a container. */
  place: z.enum(['isolate', 'ray']).optional(),
  /** Name of the builder with a storage plugin's files. Omitted for other plugins, and while there is one builder. */
  home: z.string().optional(),
  /** The organization, if the instance gets GPUs from a builder that lends them to it. Omitted for other plugins. */
  gpus: z.string().optional(),
  /** The Ray cluster as it was at the last start there. Omitted before the first. */
  cluster: placedClusterSchema.optional(),
  /**
   * Omitted for an instance with its own container. A deployment's additional instances, and those of runs and tests, always have their
   * own container.
   */
  shared: sharedPlaceSchema.optional(),
});
export type Placement = z.infer<typeof placementSchema>;
