// Reads an item of a module's namespace as the attribute that it is (scan policy §5.4).
import type { Step } from './flow-graph.ts';

/** `m.__dict__['os']` and `m.__dict__.get('os')` are `m.os`. */
export function attributeLookedUp(name: string, step: Step): { object: string; step: Step } | undefined {
  if (step.kind === 'attribute' || step.literal === undefined || !name.includes('.__dict__')) return undefined;
  const object = (step.kind === 'item' ? namespaceName : namespaceMethod).exec(name)?.[1];
  return object === undefined ? undefined : { object, step: { kind: 'attribute', name: step.literal } };
}

const namespaceName = /^(.+)\.__dict__$/;
const namespaceMethod = /^(.+)\.__dict__\.(?:get|pop|setdefault|__getitem__)$/;
