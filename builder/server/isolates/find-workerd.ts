// Finds workerd, in which this builder runs plugins that are compiled to WebAssembly.
import { createRequire } from 'node:module';
import { z } from 'zod';

export interface Workerd {
  executable: string;
}

/** Returns workerd, or one line with what is missing and its fix. `configured` is its path, if the builder's settings have one. */
export function findWorkerd(configured?: string): Workerd | { reason: string } {
  if (configured !== undefined) return { executable: configured };
  try {
    // The package exports the path of the executable for this machine, and is one of Miniflare's.
    const { default: executable } = z
      .object({ default: z.string() })
      .parse(createRequire(import.meta.resolve('miniflare'))('workerd'));
    return { executable };
  } catch {
    return { reason: 'workerd is not installed. Run `npm ci`, or set BUILDER_WORKERD, and restart the builder.' };
  }
}
