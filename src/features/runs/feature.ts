// Declares runs, which send a file of rows through a version's batch steps. Their tables are the kernel's: quotas and budgets count them.
import { pluginVersions } from '../../db/schema/registry.ts';
import { runs as rows } from '../../db/schema/runs.ts';
import { defineFeature } from '../../feature.ts';
import { pluginRunRoutes } from './routes/plugin-runs.ts';
import { runRoutes } from './routes/runs.ts';
import { stopRuns } from './stop-runs.ts';
import { dueRuns, runObjects, sweepRuns, unsplitRun } from './sweep.ts';
import { workRuns } from './work/work-runs.ts';

export const runs = defineFeature({
  name: 'runs',
  routes: {
    '/v1/namespaces/:namespace_id/plugins': pluginRunRoutes,
    '/v1/namespaces/:namespace_id/runs': runRoutes,
  },
  fields: {
    ids: { run_id: ['run', 'run'] },
    examples: {
      failed_of: 'run_01m7wc54fherz84624ahd0kr7h',
      max_parallel: 4,
      rows: 10_000,
      done: 9990,
      skipped: 120,
      bytes: 4_194_304,
      output_bytes: 1_310_720,
      error_bytes: 2048,
    },
  },
  tags: [{ name: 'Runs', description: "Send files of rows through versions' batch steps.", after: 'Releases' }],
  messages: {
    'work-run': { handle: (deps, { id }) => workRuns(deps, id), marksRows: true, rows },
    'stop-runs': { handle: stopRuns, rows: pluginVersions },
  },
  due: [{ step: sweepRuns, due: dueRuns }],
  folders: [runObjects],
  waiting: { runs: unsplitRun },
  stopping: ({ id, namespaceId }) => ({ v: 1, type: 'stop-runs', id, namespaceId }),
});
