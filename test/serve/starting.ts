// An instance that takes time to start.
import { BuilderError } from '../../src/contract/builder/errors.ts';
import type { InstanceEvent } from '../../src/contract/builder/instances.ts';
import { emptyObject } from '../../src/core/json/text.ts';
import type { Deps } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { invoke } from '../../src/serve/invoke.ts';
import type { CallDeps } from '../../src/serve/points.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

export const answered = { status: 'success', result: emptyObject, duration_ms: 1 } as const;

const ready = { type: 'ready', instance: {} } as InstanceEvent;

/** Returns a sleeping instance whose start ends when the test says so. */
export async function sleeping(code: 'instance-gone' | 'instance-starting' = 'instance-gone') {
  const s = await scene();
  await advanceDeployment(s.deps, (await deploy(s)).id);
  const start = Promise.withResolvers<void>();
  const seen = { starts: 0, calls: 0, isUp: false };
  const builder: Partial<Deps['builder']> = {
    async *start() {
      seen.starts++;
      await start.promise;
      seen.isUp = true;
      yield ready;
    },
    call: async () => {
      if (!seen.isUp) throw new BuilderError(code, 'not now');
      seen.calls++;
      return answered;
    },
  };
  return { s, seen, builder, begin: start.resolve };
}

export function call(
  s: Scene,
  builder: Partial<Deps['builder']>,
  waiting: Pick<CallDeps, 'startWaitMs' | 'deadline'> = {},
) {
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  const caches = emptyCallCaches();
  const deps = { ...s.deps, ...caches, ...waiting, builder: { ...s.deps.builder, ...builder } };
  return invoke(deps, s.actor, callee, callOf());
}
