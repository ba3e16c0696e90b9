// A live plugin with several instances.
import { eq } from 'drizzle-orm';
import type { Scaling } from '../../../src/contract/builder/fleets.ts';
import type { InstanceStatus } from '../../../src/contract/builder/instances.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { FleetViews } from '../../../src/serve/fleet.ts';
import { instanceState } from '../../../src/serve/instance-state.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { deploy, type Scene, scene } from '../../support/scenes/scene.ts';

const sleeping = `import asyncio


class SleepingInferenceService:
    async def run_inference(self, inputs, parameters):
        await asyncio.sleep(inputs.get("seconds", 0))
        return {"hello_ext_vector": [0.0, 1.0, 0.0, 1.0]}
`;

export function filesWith(instances: Partial<Scaling>, version = '1.0.0') {
  const extra = `serve_config = {"instances": ${JSON.stringify(instances)}}\n`;
  return { 'manifest.py': manifest({ name: 'hello_ext', version, extra }), 'realtime.py': sleeping };
}

export async function liveScene(instances: Partial<Scaling>): Promise<Scene & { id: DeploymentId }> {
  const s = await scene({ files: filesWith(instances) });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

interface CallOptions {
  builder?: Partial<Deps['builder']>;
  fleets?: FleetViews;
  seconds?: number;
}

export function call(s: Scene, { builder = {}, fleets = new Map(), seconds = 0 }: CallOptions = {}) {
  const deps = { ...s.deps, builder: { ...s.deps.builder, ...builder }, ...emptyCallCaches() };
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  return invoke({ ...deps, fleets }, s.actor, callee, callOf({ seconds }));
}

export async function awake(s: Scene, id: DeploymentId): Promise<number[]> {
  const [row] = await s.deps.db.select().from(deployments).where(eq(deployments.id, id));
  const state = await instanceState(s.deps, row ?? null);
  return (state?.fleet?.instances ?? []).flatMap(({ number, state }) => (state === 'running' ? [number] : []));
}

/** Returns the view of an isolate that has just measured and will not measure again. */
export function viewOf(id: DeploymentId, serving: number[]): FleetViews {
  const view = { serving, calls: new Map(), isUnseen: false, startAgainAt: new Map() };
  return new Map([[id, { ...view, nextLookAt: Number.POSITIVE_INFINITY }]]);
}

export function statusWith(status: Partial<InstanceStatus>): InstanceStatus {
  return {
    ...{ id: 'dep_1', state: 'ready', code: '', started_at: '2026-11-20T12:00:00.000Z', restarts: 0 },
    ...{ early_crashes: 0, last_crash: null, calls: 0, calls_in_flight: 0, last_call_at: null, standby: false },
    ...status,
  };
}
