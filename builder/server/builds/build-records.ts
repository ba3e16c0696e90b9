// Stores build results on disk by key: artifacts, and failures that are certain to repeat.
import { z } from 'zod';
import { buildErrorSchema, buildSchema } from '../../../src/contract/builder/builds.ts';
import { JsonRecords } from './json-records.ts';

const recordSchema = z.union([
  z.object({ built: buildSchema.pick({ artifact: true, provenance: true, wasm: true }) }),
  z.object({ failed: buildErrorSchema }),
]);
export type BuildRecord = z.infer<typeof recordSchema>;
export type BuildRecords = JsonRecords<BuildRecord>;

export function buildRecordsIn(folder: string): BuildRecords {
  return new JsonRecords(folder, recordSchema);
}
