// Defines what archive-program.ts is asked to do, and what it prints.
import { z } from 'zod';

const common = {
  /** The program that reads or writes the files of the package, with its arguments. */
  argv: z.array(z.string()),
  timeoutMs: z.number(),
};
export const workSchema = z.discriminatedUnion('work', [
  z.object({ work: z.literal('pack'), ...common, staging: z.string() }),
  /** Paths of the parts, in order. */
  z.object({ work: z.literal('unpack'), ...common, parts: z.array(z.string()) }),
]);
export type ArchiveWork = z.infer<typeof workSchema>;

/** The files of an archive, in order: `pack` prints them. */
export const writtenSchema = z.array(z.object({ path: z.string(), sha256: z.string(), size_bytes: z.int() }));
