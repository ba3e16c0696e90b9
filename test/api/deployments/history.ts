// Deployments over HTTP.
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { testApp } from '../../support/deps.ts';
import { type Streamed, type StreamedEvent, streamed } from '../../support/event-stream.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const app = testApp({ queues: losingQueues().queues });

const noisy = `print("loading", flush=True)


class HelloInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

export interface Scene {
  org: Organization;
  /** Path of the namespace's deployments. */
  at: string;
  plugin: string;
}

export async function published(): Promise<Scene> {
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': noisy } }));
  return { org, at: `/v1/namespaces/${org.namespaceId}/deployments`, plugin: `${org.plugins}/hello_ext_1_0_0` };
}

export async function queued({ org, plugin }: Scene, query = ''): Promise<DeploymentId> {
  const { body } = await org.post(`${plugin}/deploy${query}`);
  return z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
}

export const listed = z.object({
  results: z.array(z.looseObject({ deployment_id: z.string() })),
  pagination: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
});

export async function idsAt(org: Organization, path: string): Promise<string[]> {
  return listed.parse((await org.get(path)).body).results.map((one) => one.deployment_id);
}

function lineOf({ event, data }: StreamedEvent): string {
  if (event === 'log') return `${data.step} says`;
  if (event === 'step') return `${data.step} ${data.ended_at === null ? 'begins' : 'ends'}`;
  return `${event} ${data.status}`;
}

export const follow = (s: Scene, id: string, lastEventId?: string): Promise<Streamed> =>
  streamed(s.org, `Bearer ${s.org.key}`, `${s.at}/${id}/events`, lastEventId);

export const lines = ({ events }: Streamed) => events.map(lineOf);
