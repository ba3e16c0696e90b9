// Defines the queue messages. A message carries only an ID; the state is in the row, because a message may arrive twice, late or never
// (invariant 1). Messages of a walk also carry its progress; if one is lost, the walk starts over. A crash's message carries the builder's
// count, which has no row.
import { z } from 'zod';
import { featureMessages } from './features/features.gen.ts';
import { idSchema } from './ids.ts';
import { callPriorities } from './states.ts';

export const messageSchema = z.discriminatedUnion('type', [
  z.object({ v: z.literal(1), type: z.literal('advance-upload'), id: idSchema('upload') }),
  /** Reevaluates the organization's versions after the policy, its level or a waiver changed. */
  z.object({ v: z.literal(1), type: z.literal('rescan'), id: idSchema('organization') }),
  z.object({ v: z.literal(1), type: z.literal('advance-deployment'), id: idSchema('deployment') }),
  /** Rolls the deployment back if its version is new. `crashes` counts those of the called instance in its first minute. */
  z.object({
    v: z.literal(1),
    type: z.literal('instance-crashed'),
    id: idSchema('deployment'),
    crashes: z.int().positive(),
  }),
  /** Stops the plugin's instances whose deployments lost their last pointer, after their drain. */
  z.object({ v: z.literal(1), type: z.literal('stop-instances'), id: idSchema('plugin') }),
  /** Stops the plugin's instances that ask for more than their grant. */
  z.object({ v: z.literal(1), type: z.literal('enforce-grants'), id: idSchema('plugin') }),
  /** Runs the next later call of the organization with the fewest running ones, not necessarily this call. */
  z.object({ v: z.literal(1), type: z.literal('run-call'), id: idSchema('call'), priority: z.enum(callPriorities) }),
  /** Sends later calls' results to their callbacks, for the organization with the fewest in progress, not necessarily this call's. */
  z.object({ v: z.literal(1), type: z.literal('call-back'), id: idSchema('call') }),
  /** Continues due imports of advisories, starts daily ones, and compares due advisories and versions. */
  z.object({ v: z.literal(1), type: z.literal('find-affected'), id: z.literal('due') }),
  ...featureMessages,
]);
export type Message = z.infer<typeof messageSchema>;
export type Messages = { [One in Message as One['type']]: One };
