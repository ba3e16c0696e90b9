// A scene with a live plugin that receives later calls, and with queues that lose every message.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { laterCalls } from '../../../src/contract/limits/serving.ts';
import { database } from '../../../src/db/client.ts';
import { events } from '../../../src/db/schema/events.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { acceptLater } from '../../../src/serve/later/accept.ts';
import type { runCalls } from '../../../src/serve/later/run.ts';
import { emptyCallCaches } from '../deps.ts';
import { callOf } from '../json-text.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { deploy, type Scene, scene } from './scene.ts';

export const laterRealtime = `import os
import time

from slipway import context


class LaterInferenceService:
    def run_inference(self, inputs, parameters):
        print("ran", context.request_id, flush=True)
        if "fails" in inputs:
            raise ValueError("broken")
        if "ends" in inputs:
            os._exit(3)
        time.sleep(inputs.get("seconds", 0))
        return {"inputs": inputs, "request_id": context.request_id, "trace": context.traceparent}
`;

/** Returns a scene with a live plugin and queues that lose every message. */
export async function live(): Promise<{ s: Scene; deps: Parameters<typeof runCalls>[0] }> {
  const s = await scene({ files: { 'realtime.py': laterRealtime } });
  await advanceDeployment(s.deps, (await deploy(s)).id);
  const { queues } = losingQueues();
  return { s, deps: { ...s.deps, queues, ...emptyCallCaches() } };
}

export async function accept(
  { s, deps }: Awaited<ReturnType<typeof live>>,
  inputs: object = {},
  priority: 'normal' | 'low' = 'normal',
  callbackUrl: string | null = null,
) {
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const request = { callee, body: callOf(inputs), priority, expiresInMs: laterCalls.expiresInMs, callbackUrl };
  return (await acceptLater({ ...deps, requestId: deps.ids('request') }, s.actor, request)).id;
}

/** Returns the types of a call's events, oldest first. */
export async function eventsOf(id: string): Promise<string[]> {
  const rows = await database(env.DB).select({ type: events.type }).from(events).where(eq(events.subjectId, id));
  return rows.map(({ type }) => type);
}
