// Tests the data points that calls write to the platform's dataset. A stand-in refuses whatever the platform would refuse.
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../src/contract/json.ts';
import type { CallDataset } from '../../src/deps.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { type Invocation, invoke } from '../../src/serve/invoke.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf } from '../support/json-text.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text).length;
const blobsMax = 16 * 1024;

/** The limits of Workers Analytics Engine. */
const pointModel = z.strictObject({
  indexes: z.tuple([z.string().refine((text) => bytesOf(text) <= 96)]),
  blobs: z
    .array(z.string())
    .max(20)
    .refine((blobs) => bytesOf(blobs.join('')) <= blobsMax),
  doubles: z.array(z.number()).max(20),
});

const handler = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            raise ValueError("secret-input")
        return {}
`;

let s: Scene;
let deploymentId: Awaited<ReturnType<typeof deploy>>['id'];
beforeAll(async () => {
  s = await scene({ files: { 'realtime.py': handler } });
  ({ id: deploymentId } = await deploy(s));
  await advanceDeployment(s.deps, deploymentId);
});

function called(callDataset: CallDataset, inputs: JsonObject = {}): Promise<Invocation> {
  const deps = { ...s.deps, callDataset, ...emptyCallCaches() };
  const callee = { namespaceId: s.namespaceId, by: 'version' as const, pluginId: 'hello_ext_1_0_0' };
  return invoke(deps, s.actor, callee, callOf(inputs));
}

test('a call writes one data point with its identity and outcome, but none of its content', async () => {
  const points: unknown[] = [];
  const dataset = { writeDataPoint: (point: unknown) => void points.push(pointModel.parse(point)) };
  await called(dataset);
  await called(dataset, { fail: true, password: 'secret-input' });
  const plugin = [s.namespaceId, 'extractor', 'hello_ext', s.version.pluginId, '1.0.0', deploymentId];
  expect(points).toEqual([
    { indexes: [s.actor.organizationId], blobs: [...plugin, 'ok'], doubles: [expect.any(Number)] },
    { indexes: [s.actor.organizationId], blobs: [...plugin, 'error'], doubles: [expect.any(Number)] },
  ]);
  expect(JSON.stringify(points)).not.toContain('secret-input');
});

test('a call is answered even if the platform refuses its data point', async () => {
  const full = {
    writeDataPoint: () => {
      throw new Error('too many data points in one invocation');
    },
  };
  expect((await called(full)).answer).toMatchObject({ status: 'success' });
});
