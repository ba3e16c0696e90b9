// Describes the shares of GPUs that an instance's processes hold, and how their commands use them.
import { basename, dirname, join } from 'node:path';
import type { HeldGpus } from '../../../src/contract/builder/machine/gpus.ts';
import type { GpuGrant, Home, Mount } from '../sandbox/sandbox.ts';
import type { Card, Found } from './card.ts';
import type { LentShare } from './gpu-lending.ts';

export interface Loan {
  /** For each process. */
  grants: readonly GpuGrant[];
  /** Reports it for the instance's status. */
  held(): HeldGpus;
  giveBack(): void;
}

/** Returns the device files that a process with these cards sees, at the paths that CUDA opens. */
export function nodesOf(cards: readonly Card[], { shared_nodes }: Pick<Found, 'shared_nodes'>): Mount[] {
  const all = [...cards.flatMap(({ nodes }) => nodes), ...shared_nodes];
  return [...new Set(all)].map((path) => [path, path.startsWith('/dev/') ? path : join('/dev', basename(path))]);
}

/** Returns the end of a home's control group, as it occurs in /proc. Undefined without control groups. */
export function groupOf({ cgroup }: Pick<Home, 'cgroup'>): string | undefined {
  const [folder] = cgroup?.folders ?? [];
  return folder === undefined ? undefined : join(basename(dirname(folder)), basename(folder));
}

/** Returns the grant's part without the watch. `contextBytes` is what CUDA itself takes of a share. */
export function grantOf({ bytes, cards }: LentShare, found: Found, contextBytes: number): Omit<GpuGrant, 'watch'> {
  const [card] = cards;
  const own = bytes === null ? null : Math.max(0, bytes - contextBytes);
  return {
    nodes: nodesOf(cards, found),
    libraries: found.libraries,
    visible: cards.map(({ uuid }) => uuid).join(','),
    allocator: own === null || !card ? null : { bytes: own, part: own / card.memory_bytes },
  };
}
