// Lists every table, for code that handles all of them.
import { kernelTables } from './db/client.ts';
import { featureTables } from './features/tables.gen.ts';

export const schema = { ...kernelTables, ...featureTables };
