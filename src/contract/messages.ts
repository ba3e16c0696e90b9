// Defines the queue messages. A message carries only an ID; the state is in the row, because a message may arrive twice, late or never
// (invariant 1). The parts of a walk also carry how far it came: one that is lost begins again.
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { callPriorities } from './states.ts';

export const messageSchema = z.discriminatedUnion('type', [
  z.object({ v: z.literal(1), type: z.literal('advance-upload'), id: idSchema('upload') }),
  /** Evaluates the organization's versions again, after the policy, its level or a waiver changed. */
  z.object({ v: z.literal(1), type: z.literal('rescan'), id: idSchema('organization') }),
  z.object({ v: z.literal(1), type: z.literal('advance-deployment'), id: idSchema('deployment') }),
  /** Replaces deployments of the namespace that run with previous values of its secrets. */
  z.object({
    v: z.literal(1),
    type: z.literal('restart-for-secrets'),
    id: idSchema('namespace'),
    /** The secrets that a walk began with, and the last deployment that it looked at. */
    from: z.object({ revision: z.int(), after: idSchema('deployment') }).exactOptional(),
  }),
  /** Stops instances of the plugin whose deployments lost their last pointer, when their drain has ended. */
  z.object({ v: z.literal(1), type: z.literal('stop-instances'), id: idSchema('plugin') }),
  /** Stops instances of the plugin that ask for more than it is granted. */
  z.object({ v: z.literal(1), type: z.literal('enforce-grants'), id: idSchema('plugin') }),
  /** Creates deliveries of all new events, including this one, for the webhooks that subscribe to them. */
  z.object({ v: z.literal(1), type: z.literal('fan-out'), id: idSchema('event') }),
  /** Sends the webhook's due deliveries. */
  z.object({ v: z.literal(1), type: z.literal('deliver'), id: idSchema('endpoint') }),
  /** Works on the newest push that the deploy hook received. */
  z.object({ v: z.literal(1), type: z.literal('run-hook'), id: idSchema('deployHook') }),
  /** Reports the state of a push to its Git provider. */
  z.object({ v: z.literal(1), type: z.literal('report-push'), id: idSchema('push') }),
  /** Splits the run's input if that is due, then works on chunks of any run. */
  z.object({ v: z.literal(1), type: z.literal('work-run'), id: idSchema('run') }),
  /** Cancels runs of a version that was undeployed in the namespace. */
  z.object({
    v: z.literal(1),
    type: z.literal('stop-runs'),
    id: idSchema('version'),
    namespaceId: idSchema('namespace'),
  }),
  /** Runs the next call that is answered later: of the organization with the fewest running, and not necessarily this one. */
  z.object({ v: z.literal(1), type: z.literal('run-call'), id: idSchema('call'), priority: z.enum(callPriorities) }),
  /** Sends results of later calls to their callbacks: of the organization with the fewest under way, and not necessarily this one's. */
  z.object({ v: z.literal(1), type: z.literal('call-back'), id: idSchema('call') }),
  /** Fetches the agent plugin's artifact and compares it with its checksum. */
  z.object({ v: z.literal(1), type: z.literal('verify-artifact'), id: idSchema('plugin') }),
  /** Records that the agent plugin's artifact was requested, so that it counts as in use. */
  z.object({ v: z.literal(1), type: z.literal('artifact-fetched'), id: idSchema('plugin') }),
]);
export type Message = z.infer<typeof messageSchema>;
export type RestartForSecrets = Extract<Message, { type: 'restart-for-secrets' }>;
