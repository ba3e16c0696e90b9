// Texts that name bytes: SHA-256 for what Slipway stores, Git's own object names for where a source came from.
import { z } from 'zod';

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

/** A Git commit, in full. */
export const commitText = z.string().regex(/^[0-9a-f]{40}$/);
