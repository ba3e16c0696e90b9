// Lists every table and trigger, for code that handles all of them.
import { kernelTables } from './db/client.ts';
import { kernelRecounts, kernelTriggers } from './db/schema/triggers.ts';
import { featureTables } from './features/tables.gen.ts';
import { featureRecounts, featureTriggers } from './features/triggers.gen.ts';

export const schema = { ...kernelTables, ...featureTables };

export const triggers: readonly string[] = [...kernelTriggers, ...featureTriggers];

/** SELECTs that compute each counter's correct value, for the tests. */
export const recounts: readonly string[] = [...kernelRecounts, ...featureRecounts];
