// Defines the queue messages of deploy hooks.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

export const messages = [
  /** Processes the deploy hook's newest push. */
  z.object({ v: z.literal(1), type: z.literal('run-hook'), id: idSchema('deployHook') }),
  /** Reports a push's state to its Git provider. */
  z.object({ v: z.literal(1), type: z.literal('report-push'), id: idSchema('push') }),
] as const;
