// Queue messages: only ids. The row carries the state; any message may arrive twice, late, or never (invariant 1).
import { z } from 'zod';
import { idOf } from './ids.ts';

export const messageSchema = z.discriminatedUnion('type', [
  z.object({ v: z.literal(1), type: z.literal('advance-upload'), id: idOf('upload') }),
  /** Versions of the organization may have to be judged again: the policy, its level or a waiver changed. */
  z.object({ v: z.literal(1), type: z.literal('rescan'), id: idOf('organization') }),
  z.object({ v: z.literal(1), type: z.literal('advance-deployment'), id: idOf('deployment') }),
  /** Deployments of this plugin may have lost their last pointer: when their drain is over, their instances go. */
  z.object({ v: z.literal(1), type: z.literal('stop-instances'), id: idOf('plugin') }),
  /** Events were written, this one among them: deliveries are made of all that are new, for the webhooks that want them. */
  z.object({ v: z.literal(1), type: z.literal('fan-out'), id: idOf('event') }),
  /** The webhook has deliveries that are due. */
  z.object({ v: z.literal(1), type: z.literal('deliver'), id: idOf('endpoint') }),
  /** The artifact of this agent plugin is to be fetched and compared with its checksum. */
  z.object({ v: z.literal(1), type: z.literal('verify-artifact'), id: idOf('plugin') }),
  /** Somebody asked where the artifact of this agent plugin is: it is in use. */
  z.object({ v: z.literal(1), type: z.literal('artifact-fetched'), id: idOf('plugin') }),
]);
export type Message = z.infer<typeof messageSchema>;
