// Defines builder capabilities that depend on the programs on its machine.
import { z } from 'zod';
import { sha256Text } from '../../digests.ts';

/** A builder's program-dependent capabilities, or why it lacks them. */
export const capabilitiesSchema = z.object({
  /** POST /sources needs Git. */
  sources: z.discriminatedUnion('available', [
    z.object({ available: z.literal(true), git: z.string() }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
  /** POST /builds needs Go. */
  builds: z.discriminatedUnion('available', [
    z.object({
      available: z.literal(true),
      toolchain: z.string(),
      target: z.string(),
      recipe: sha256Text,
      /** Recipe of POST /analyses. */
      analyzer: sha256Text,
    }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
  /** Go plugin instances as WebAssembly. */
  isolates: z.discriminatedUnion('available', [
    z.object({ available: z.literal(true) }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;
