// Defines the events and queue messages of runs.
import { z } from 'zod';
import { eventWithData } from '../../event-data.ts';
import { idSchema } from '../../ids.ts';

const run = {
  plugin: z.string(),
  version: z.string(),
  deployment_id: z.string(),
};

const ended = {
  ...run,
  rows: z.int(),
  done: z.int().describe('Rows with a result.'),
  failed: z.int().describe('Rows with an error.'),
};

export const events = {
  'run.created': eventWithData("A run of a version's batch steps was created.", run),
  'run.started': eventWithData('A run is reading its input; its first rows are running.', run),
  'run.split': eventWithData('A run read its whole input, so its row count is known.', {
    ...run,
    rows: z.int(),
  }),
  'run.succeeded': eventWithData('A run ended without failed rows.', ended),
  'run.partial': eventWithData('A run ended with some failed rows.', ended),
  'run.failed': eventWithData("A run couldn't continue, or all its rows failed.", { ...ended, error: z.string() }),
  'run.cancelled': eventWithData('A run was cancelled. Finished rows keep their results.', {
    ...ended,
    error: z.string().nullable().describe('Why Slipway cancelled it. Null: a caller did.'),
  }),
  'run.expired': eventWithData('A run expired because it was not started in time.', run),
};

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
