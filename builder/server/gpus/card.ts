// Describes the machine's GPUs as gpu_watch.py reports them.
import { z } from 'zod';

const bytes = z.int().min(0);

/** A card, or a part of one (MIG). */
const cardSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  /** The driver's index. The parts of a card share it. */
  index: z.int().min(0),
  memory_bytes: bytes,
  /** Its device files. */
  nodes: z.array(z.string()),
});
export type Card = z.infer<typeof cardSchema>;

/** The driver and its cards. */
export const foundSchema = z.object({
  driver: z.string(),
  cuda: z.string(),
  cards: z.array(cardSchema),
  /** Device files that belong to all cards. */
  shared_nodes: z.array(z.string()),
  /** The folder of libcuda.so.1. Null if it wasn't found. */
  libraries: z.string().nullable(),
});
export type Found = z.infer<typeof foundSchema>;

const useSchema = z.object({
  uuid: z.string(),
  used_bytes: bytes,
  processes: z.array(
    z.object({
      pid: z.int(),
      /** Null if the driver doesn't say. */
      bytes: bytes.nullable(),
      /** Its control groups, as /proc names them. */
      groups: z.array(z.string()),
    }),
  ),
});
/** How much of a card is used, and by whom. */
export type CardUse = z.infer<typeof useSchema>;

/** A line of gpu_watch.py. */
export const watchLineSchema = z.union([
  z.object({ found: foundSchema }),
  z.object({ failure: z.string() }),
  z.object({ use: z.array(useSchema) }),
]);

/** Returns what the process in this control group uses of the card. */
export function usedBy({ processes }: CardUse, group: string): number {
  const own = processes.filter(({ groups }) => groups.some((one) => one === group || one.endsWith(`/${group}`)));
  return own.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
}
