// Defines the ways to take back a version without deleting it. Each can be undone.
import { z } from 'zod';
import { actorRefSchema } from './actor.ts';

/** One line or a few, shown wherever the version is. */
export const withdrawalReason = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => text.trim() !== '', 'must not be blank');

/** Why a version is yanked or deprecated. Stored with it until that is undone. */
export const withdrawalSchema = z.object({ by: actorRefSchema, at: z.int(), reason: z.string() });
export type Withdrawal = z.infer<typeof withdrawalSchema>;

/** Why the operator quarantined a version, and how its author can object. */
export const quarantineSchema = withdrawalSchema.extend({ objection: z.string() });
export type Quarantine = z.infer<typeof quarantineSchema>;
