// Defines the queue messages and states of imports of advisories.
import { z } from 'zod';
import { idSchema } from '../../ids.ts';

export const advisoryImportStates = ['open', 'reading', 'done', 'failed'] as const;

export const messages = [
  /** Reads the import's records for a while. */
  z.object({ v: z.literal(1), type: z.literal('read-advisories'), id: idSchema('advisoryImport') }),
] as const;
