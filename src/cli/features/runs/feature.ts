// Lists the commands of runs.
import { defineCliFeature } from '../../command/context.ts';
import { run } from './run.ts';
import { runs } from './runs.ts';

export const feature = defineCliFeature({
  commands: [
    { add: run, after: 'invoke' },
    { add: runs, after: 'run' },
  ],
});
