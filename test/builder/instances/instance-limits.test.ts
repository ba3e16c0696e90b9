// Tests how many concurrent calls a process of an instance runs.
import { expect, test } from 'vitest';
import { queueLimits } from '../../../builder/server/instances/instance-limits.ts';
import type { InstanceSpec } from '../../../src/contract/builder/instances.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';

const common = { organization: 'org_1', plugin: { name: 'hello', version: '1.0.0' } };
const python = { ...common, runtime: 'python' as const, archive: 'a', dependencies: [] };
const go = { ...common, kind: 'pipeline', artifact: 'a' } as const;

test.each<[string, InstanceSpec, number]>([
  ['an isolate runs one call, so that the others are not lost with one that hangs', { ...go, runtime: 'isolate' }, 1],
  ['an executable runs all', { ...go, runtime: 'executable', data: null, network: false }, Number.POSITIVE_INFINITY],
  ['a process of Python runs all', python, Number.POSITIVE_INFINITY],
  ['a process of Python runs as many as declared', { ...python, serving: { replicas: 2, concurrency: 4 } }, 4],
])('the number of concurrent calls that an instance runs: %s', (_, spec, perProcess) => {
  expect(queueLimits({ ...builderLimits, callMs: 5000 }, spec)).toEqual({ perProcess, callMs: 5000 });
});
