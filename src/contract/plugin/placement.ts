// Defines where an instance runs: in an isolate, on a Ray cluster, or in a container of which size, and where in the world. Decided when its deployment is
// requested. It changes to a larger container, before anything starts, for packages whose size is known only then; into a container that
// several share, once the instance was verified to be small, which itself becomes a larger one; and out of that, when the instance grows.
import { z } from 'zod';
import { serverMemoryMiB } from '../limits/containers.ts';

/** Cloudflare's instance types, ascending. Each has a Durable Object class of its own, because a class has one instance type. */
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

/** The disk of each size. */
export const sizeDiskGB = {
  lite: 2,
  basic: 4,
  'standard-1': 8,
  'standard-2': 12,
  'standard-3': 16,
  'standard-4': 20,
} as const satisfies Record<ContainerSize, number>;

/** Returns the bytes that environments may take of the disk: three quarters. The rest is for the image, blobs and the plugin. */
export function environmentBytesMax(size: ContainerSize): number {
  return sizeDiskGB[size] * 0.75e9;
}

/** Size for a plugin that declares no memory. Plugins take 55 to 84 MiB. */
export const defaultSize: ContainerSize = 'basic';

/** Returns the smallest size that holds the plugin and the server. A plugin that declares more than any has gets the largest. */
export function sizeFor(memoryMiB: number | null): ContainerSize {
  if (memoryMiB === null) return defaultSize;
  return containerSizes.find((size) => sizeMemoryMiB[size] - serverMemoryMiB >= memoryMiB) ?? largestSize;
}

/** Where builds run, and what one container does at a time: one build, which may take all memory but the server's. */
export const buildsContainer = {
  size: 'standard-3',
  buildsAtOnce: 1,
  memoryMiB: sizeMemoryMiB['standard-3'] - 1024,
} as const satisfies { size: ContainerSize; buildsAtOnce: number; memoryMiB: number };

/** Cloudflare's location hints: near whom a Durable Object is created. */
export const locationHints = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const;
export type LocationHint = (typeof locationHints)[number];

/** Regions that an organization's instances can be restricted to. */
export const jurisdictions = ['eu', 'fedramp'] as const;
export const jurisdictionSchema = z.enum(jurisdictions);
export type Jurisdiction = z.infer<typeof jurisdictionSchema>;

/** The sizes of containers that small plugins of one organization share, ascending: a container begins as the first. */
export const sharedSizes = ['basic', 'standard-1'] as const satisfies readonly ContainerSize[];
export type SharedSize = (typeof sharedSizes)[number];

/** Returns the memory that the plugins in a shared container have together. */
export function sharedMemoryMiB(size: SharedSize): number {
  return sizeMemoryMiB[size] - serverMemoryMiB;
}

const separator = '-';

/** Returns the name of a new container for the organization. No other organization's plugin can have it. */
export function newSharedContainer(organizationId: string): string {
  return organizationId + separator + crypto.randomUUID().slice(0, 8);
}

export function organizationIn(sharedContainer: string): string {
  const [organizationId = ''] = sharedContainer.split(separator);
  return organizationId;
}

/** Where an instance shares a container. */
export const sharedPlaceSchema = z.object({
  container: z.string(),
  /** The container's size. Plugins that came when it was smaller follow into the larger one. */
  size: z.enum(sharedSizes).default('standard-1'),
  /** The part of its memory that is kept for the instance. */
  mib: z.int().min(1),
  /** Whether the container lets plugins out. One that does holds only plugins that were granted the network. */
  network: z.boolean(),
});
export type SharedPlace = z.infer<typeof sharedPlaceSchema>;

export const placementSchema = z.object({
  size: z.enum(containerSizes),
  location: z.enum(locationHints).nullable(),
  jurisdiction: jurisdictionSchema.nullable(),
  /** Left out for an instance in a container. */
  place: z.enum(['isolate', 'ray']).optional(),
  /** Left out for an instance with a container of its own. The other ones of its deployment, of runs and tests, have their own. */
  shared: sharedPlaceSchema.optional(),
});
export type Placement = z.infer<typeof placementSchema>;
