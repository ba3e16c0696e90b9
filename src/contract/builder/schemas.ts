// Lists every message between the Worker and the builder, for builder/schemas/*.json and its fixtures.
import type { z } from 'zod';
import { analysisSpecSchema, programAnalysisSchema } from './analyses.ts';
import { batchCallSchema, batchOutcomeSchema } from './batch.ts';
import { buildEventSchema, buildSchema, buildSpecSchema } from './builds.ts';
import { egressAnswerSchema, egressRefusalSchema, egressRequestSchema } from './egress.ts';
import { environmentEventSchema, environmentSpecSchema, lockEventSchema, lockRequestSchema } from './environments.ts';
import { builderErrorSchema } from './errors.ts';
import { fleetRequestSchema, fleetSchema } from './fleets.ts';
import {
  callAnswerSchema,
  callSchema,
  instanceEventSchema,
  instanceSpecSchema,
  instanceStatusSchema,
  instanceWarningSchema,
  operationAnswerSchema,
  operationSchema,
} from './instances.ts';
import { heldLogSchema, storedChunksSchema, unstoredLogsSchema } from './logs/chunk.ts';
import { healthSchema, stopAllSchema } from './machine/health.ts';
import { packageContentSchema } from './packages.ts';
import { rowsCallSchema, rowsDoneSchema, rowsFailureSchema } from './rows/rows-call.ts';
import { sourceRefusalSchema, sourceRequestSchema, sourceSchema } from './sources.ts';

/** Maps each JSON Schema's name in builder/schemas/, also its fixture's name, to its schema. */
export const builderSchemas = {
  analysis: programAnalysisSchema,
  'analysis-spec': analysisSpecSchema,
  'batch-call': batchCallSchema,
  'batch-outcome': batchOutcomeSchema,
  build: buildSchema,
  'build-event': buildEventSchema,
  'build-spec': buildSpecSchema,
  'builder-error': builderErrorSchema,
  call: callSchema,
  'call-answer': callAnswerSchema,
  'environment-event': environmentEventSchema,
  'environment-spec': environmentSpecSchema,
  'egress-answer': egressAnswerSchema,
  'egress-refusal': egressRefusalSchema,
  'egress-request': egressRequestSchema,
  fleet: fleetSchema,
  'fleet-request': fleetRequestSchema,
  'held-log': heldLogSchema,
  health: healthSchema,
  'instance-event': instanceEventSchema,
  'instance-spec': instanceSpecSchema,
  'instance-status': instanceStatusSchema,
  'instance-warning': instanceWarningSchema,
  'lock-event': lockEventSchema,
  'lock-request': lockRequestSchema,
  operation: operationSchema,
  'operation-answer': operationAnswerSchema,
  'package-content': packageContentSchema,
  'rows-call': rowsCallSchema,
  'rows-done': rowsDoneSchema,
  'rows-failure': rowsFailureSchema,
  source: sourceSchema,
  'source-refusal': sourceRefusalSchema,
  'source-request': sourceRequestSchema,
  'stop-all': stopAllSchema,
  'stored-chunks': storedChunksSchema,
  'unstored-logs': unstoredLogsSchema,
} as const satisfies Record<string, z.ZodType>;
