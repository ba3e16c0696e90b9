// Defines what a builder can do depending on the programs of its machine.
import { z } from 'zod';
import { sha256Text } from '../digests.ts';

/** Abilities of a builder that depend on installed programs, or why it lacks them. */
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
      /** The recipe of POST /analyses. */
      analyzer: sha256Text,
    }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
  /** Instances of Go plugins as WebAssembly. */
  isolates: z.discriminatedUnion('available', [
    z.object({ available: z.literal(true) }),
    z.object({ available: z.literal(false), reason: z.string() }),
  ]),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;
