// Defines the queue messages of runs.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

export const messages = [
  /** Splits the run's input if due, then works on chunks of any run. */
  z.object({ v: z.literal(1), type: z.literal('work-run'), id: idSchema('run') }),
  /** Cancels runs of a version undeployed in the namespace. */
  z.object({
    v: z.literal(1),
    type: z.literal('stop-runs'),
    id: idSchema('version'),
    namespaceId: idSchema('namespace'),
  }),
] as const;
