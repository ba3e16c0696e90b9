// Defines how a plugin in an isolate describes itself when it is loaded: as an executable does in its first line
// (builder/host-go/README.md).
import { z } from 'zod';

/** `error`: why it can't be served. */
export const helloSchema = z.object({ slipway: z.literal(1), error: z.object({ message: z.string() }).optional() });
export type Hello = z.infer<typeof helloSchema>;
