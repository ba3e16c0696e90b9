// Defines the three ways to take back a version without deleting it. All can be undone.
import { z } from 'zod';
import { actorRefSchema } from './events/events.ts';

/**
 * `yanked`: only its exact number still resolves to it. `deprecated`: its message is shown wherever the version is. `quarantined`: by the
 * operator; nobody deploys or downloads it.
 */
export const withdrawals = ['yanked', 'deprecated', 'quarantined'] as const;
export type Withdrawal = (typeof withdrawals)[number];

export const withdrawalReason = z.string().trim().min(1).max(1000);

/** Stored with the version while it is withdrawn. */
export const withdrawalSchema = z.object({ by: actorRefSchema, at: z.int(), reason: z.string() });
