// Defines how much of the GPUs a plugin's process gets (plugin format §2): whole cards, or a share of one card's memory.
import { z } from 'zod';
import { formatGiB } from '../../core/quantities.ts';
import { gpuLimits } from '../limits/gpus.ts';
import { type AskedHardware, gpuMemoryGiB, requiredGpus } from './hardware.ts';

const GiB = 1024 ** 3;

/**
 * Each process gets as much. `cards`: whole cards. `fraction`: a part of one card's memory. `bytes`: that many bytes of one card's
 * memory.
 */
export const gpuShareSchema = z.union([
  z.strictObject({ cards: z.int().min(1).max(gpuLimits.cardsMax) }),
  z.strictObject({ fraction: z.number().gt(0).lt(1) }),
  z.strictObject({ bytes: z.int().min(gpuLimits.shareBytesMin) }),
]);
export type GpuShare = z.infer<typeof gpuShareSchema>;

/** Returns what each process of the plugin gets; undefined if it asks for no GPU. `gpu_memory_gb` takes precedence over a fraction. */
export function askedGpuShare(manifest: AskedHardware): GpuShare | undefined {
  const count = requiredGpus(manifest);
  if (count === 0) return undefined;
  const memory = gpuMemoryGiB(manifest);
  if (memory !== undefined) return { bytes: Math.round(memory * GiB) };
  return count < 1 ? { fraction: count } : { cards: Math.min(Math.ceil(count), gpuLimits.cardsMax) };
}

/** Part of each message of a start that finds the GPUs full (`gpu-full`), by which `publish --replace` knows that freeing some helps. */
export const gpusFullMark = 'and too little is free';

/** Returns the share of `processes` processes in words, such as `4 × 0.25 of a GPU` or `20 GiB of GPU memory`. */
export function gpuShareText(share: GpuShare, processes = 1): string {
  const each = eachText(share);
  return processes === 1 ? each : `${processes} × ${each}`;
}

function eachText(share: GpuShare): string {
  if ('cards' in share) return share.cards === 1 ? '1 GPU' : `${share.cards} GPUs`;
  return 'fraction' in share ? `${share.fraction} of a GPU` : `${formatGiB(share.bytes)} of GPU memory`;
}
