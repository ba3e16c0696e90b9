// Live plugins that print what they are asked to.
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import { plugins } from '../../../../src/db/schema/registry.ts';
import type { Deps } from '../../../../src/deps.ts';
import { stopDueInstances } from '../../../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { ownBuilder } from '../../../support/own-builder.ts';
import { type Files, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const handler = `import os

print("loaded", flush=True)


class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        print("called", inputs, flush=True)
        if inputs.get("die"):
            os._exit(1)
        for n in range(inputs.get("lines", 0)):
            print("x" * 1000)
        return {}
`;

export interface Scene {
  org: Organization;
  at: string;
}

export function call({ org, at }: Scene, n: number) {
  return org.post(`${at}/realtime/test`, { inputs: { n } });
}

export const log = z.object({ instance_state: z.string().nullable(), lines: z.array(z.object({ line: z.string() })) });

export async function linesAt(org: Organization, path: string) {
  const { instance_state, lines } = log.parse((await org.get(path)).body);
  return { instance_state, lines: lines.map(({ line }) => line) };
}

const page = z.object({
  lines: z.array(z.object({ line: z.string(), request: z.string().optional(), at: z.string() })),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

export async function pageAt(org: Organization, path: string) {
  const { lines, pagination } = page.parse((await org.get(path)).body);
  return { lines: lines.map(({ line }) => line), next: pagination.next_cursor, first: lines[0] };
}

/** Starts a builder, and returns what deploys a plugin with it and reads its log. */
export async function logging() {
  const { queues } = losingQueues();
  // Uses its own builder. If test files shared one, a log chunk stored by one file would be missing from the other's bucket.
  const own = await ownBuilder();
  const app = testApp({ queues, builder: own.builder });

  async function published(files: Files = {}): Promise<Scene> {
    const org = await organization({ fetch: app.fetch });
    await publish(org, plugin({ files: { 'realtime.py': handler, ...files } }));
    return { org, at: `${org.plugins}/hello_ext_1_0_0` };
  }

  async function deployed({ org, at }: Scene, deps: Deps = app.deps) {
    const { body } = await org.post(`${at}/deploy`);
    const id = z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
    await advanceDeployment(deps, id);
    return { path: `/v1/namespaces/${org.namespaceId}/deployments/${id}`, id };
  }

  async function stopDue(s: Scene, deps: Deps = app.deps): Promise<void> {
    const own = await deps.db.select().from(plugins).where(eq(plugins.organizationId, s.org.id));
    for (const { id } of own) await stopDueInstances(deps, id);
  }

  return { queues, own, app, published, deployed, stopDue };
}
