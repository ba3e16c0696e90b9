// Lists the commands of runs.
import { run } from './run.ts';
import { runs } from './runs.ts';

export const commands = [
  { add: run, after: 'invoke' },
  { add: runs, after: 'run' },
] as const;
