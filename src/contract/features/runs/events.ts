// Defines the events of runs.
import { z } from 'zod';
import { eventWithData } from '../../events/event-data.ts';

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
