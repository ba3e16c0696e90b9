// Defines who causes changes.
import { z } from 'zod';
import { claimsSchema, personChannels, voucherSchema } from './identity.ts';

/**
 * A key of the organization, a person, a CI job, an anonymous caller, the operator with the admin token, a deploy hook, or Slipway itself
 * (sweeps, queue consumers).
 */
export const actorTypes = ['key', 'person', 'ci', 'anonymous', 'admin', 'hook', 'system'] as const;

/** Key, operator or system that caused the event. */
export const actorRefSchema = z.object({
  type: z.enum(actorTypes),
  id: z.string(),
  /** The name of a key, a person or a CI job at that time. */
  name: z.string().optional(),
  via: z.enum(personChannels).optional(),
  claims: claimsSchema.optional(),
  issuer: voucherSchema.optional(),
  /** IDs of the people behind a key, deploy hook or CI job, or sources that are published again. Absent if none is known (decision 146). */
  made_by: z.array(z.string()).optional(),
});
export type ActorRef = z.infer<typeof actorRefSchema>;

export const systemActor: ActorRef = { type: 'system', id: 'slipway' };
