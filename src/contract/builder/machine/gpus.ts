// Defines how a builder reports the GPUs that it lends, in GET /health and in an instance's status (decision 160).
import { z } from 'zod';
import { hostedPlugin } from '../hosted-for.ts';

const bytes = z.int().min(0);

/** The share of a card that an instance holds. */
export const gpuHolderSchema = z.object({
  instance: z.string(),
  organization: z.string(),
  plugin: hostedPlugin,
  /** Its processes on this card. */
  processes: z.int().min(1),
  /** Their shares together. */
  lent_bytes: bytes,
  /** Their use. Null where it can't be attributed. */
  used_bytes: bytes.nullable(),
});
export type GpuHolder = z.infer<typeof gpuHolderSchema>;

export const gpuCardSchema = z.object({
  /** As in CUDA_VISIBLE_DEVICES. A MIG device has its own. */
  uuid: z.string(),
  name: z.string(),
  /** The driver's index of the card, as nvidia-smi shows it. */
  index: z.int().min(0),
  memory_bytes: bytes,
  /** The use of all programs on the machine. */
  used_bytes: bytes,
  lent_bytes: bytes,
  holders: z.array(gpuHolderSchema),
});
export type GpuCard = z.infer<typeof gpuCardSchema>;

/** Omitted by a builder that lends no GPUs and wasn't asked to. */
export const gpusSchema = z.object({
  /** Why the builder lends none, although it was asked to. */
  problem: z.string().nullable(),
  /** The NVIDIA driver's version. Null if it isn't known. */
  driver: z.string().nullable(),
  /** The newest CUDA that the driver supports, such as `12.8`. Null if it isn't known. */
  cuda: z.string().nullable(),
  cards: z.array(gpuCardSchema),
  /** Why only whole cards are lent. Null if shares are lent, too. */
  whole_cards_only: z.string().nullable(),
  /** The organizations that may hold GPUs at the same time; `all` for any. Null for one at a time. */
  trusted_for: z.union([z.literal('all'), z.array(z.string())]).nullable(),
  /** Processes that were ended because they used more than their share, since the builder started. */
  ended: z.int().min(0),
});
export type Gpus = z.infer<typeof gpusSchema>;

/** The GPUs that an instance holds, in its status. */
export const heldGpusSchema = z.object({
  /** The cards of its processes, without repetition. */
  cards: z.array(gpuCardSchema.pick({ uuid: true, name: true, index: true })),
  lent_bytes: bytes,
  used_bytes: bytes.nullable(),
});
export type HeldGpus = z.infer<typeof heldGpusSchema>;

/** Returns whether a builder with these GPUs lends some to the organization, if one is free. */
export function lendsTo(gpus: Gpus | undefined, organization: string): boolean {
  if (!gpus || gpus.problem !== null || gpus.cards.length === 0) return false;
  const { trusted_for } = gpus;
  return trusted_for === null || trusted_for === 'all' || trusted_for.includes(organization);
}
