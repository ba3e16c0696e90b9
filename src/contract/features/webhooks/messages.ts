// Defines the queue messages of webhooks.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

export const messages = [
  /** Creates deliveries of all new events, including this one, for the webhooks that subscribe to them. */
  z.object({ v: z.literal(1), type: z.literal('fan-out'), id: idSchema('event') }),
  /** Sends the webhook's due deliveries. */
  z.object({ v: z.literal(1), type: z.literal('deliver'), id: idSchema('endpoint') }),
] as const;
