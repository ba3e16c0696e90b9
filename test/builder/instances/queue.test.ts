// Tests how an instance's calls reach its processes.
import { expect, test } from 'vitest';
import { BatchQueue } from '../../../builder/server/instances/batch-queue.ts';
import { CallQueue } from '../../../builder/server/instances/call-queue.ts';
import { perProcess, queueFor } from '../../../builder/server/instances/queue.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { batchingSchema } from '../../../src/contract/plugin/batching.ts';

const common = { organization: 'org_1', plugin: { name: 'hello', version: '1.0.0' } };
const python = { ...common, runtime: 'python' as const, archive: 'a', dependencies: [] };
const go = { ...common, kind: 'pipeline', artifact: 'a' } as const;

test.each<[string, InstanceSpec, number]>([
  ['an isolate runs one call, so that the others are not lost with one that hangs', { ...go, runtime: 'isolate' }, 1],
  ['an executable runs all', { ...go, runtime: 'executable', data: null, network: false }, Number.POSITIVE_INFINITY],
  ['a process of Python runs all', python, Number.POSITIVE_INFINITY],
  ['a process of Python runs as many as declared', { ...python, serving: { replicas: 2, concurrency: 4 } }, 4],
])('the number of concurrent calls that a process runs: %s', (_, spec, expected) => {
  expect(perProcess(spec)).toBe(expected);
  expect(queueFor(builderLimits, spec, [])).toBeInstanceOf(CallQueue);
});

test('calls are gathered into batches if the manifest asks for it, whatever its concurrency', () => {
  const spec = { ...python, serving: { replicas: 2, concurrency: 4, batching: batchingSchema.parse({}) } };
  expect(queueFor(builderLimits, spec, [])).toBeInstanceOf(BatchQueue);
});
