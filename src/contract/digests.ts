// Validates hex digests: SHA-256 for stored bytes, commit hashes for Git sources.
import { z } from 'zod';

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

/** A full Git commit hash. */
export const commitText = z.string().regex(/^[0-9a-f]{40}$/);
