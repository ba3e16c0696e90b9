// Deploys and calls a plugin in containers with real builders, to test that a builder accepts everything that a Durable Object
// forwards.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { builderByContainers } from '../../../src/builders/client.ts';
import { ManagedContainer } from '../../../src/builders/containers/managed-container.ts';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { BuilderError } from '../../../src/contract/builder/errors.ts';
import type { Placement } from '../../../src/contract/plugin/placement.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import { environments } from '../../../src/db/schema/environments.ts';
import { stopDueInstances } from '../../../src/instances/fleets/stop.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { containersAnswering } from '../../support/containers/answering-containers.ts';
import { settingsFor } from '../../support/containers/container-scene.ts';
import { ProcessContainer } from '../../support/containers/process-container.ts';
import { emptyCallCaches } from '../../support/deps.ts';
import { answerOf, callOf } from '../../support/json-text.ts';
import { deploy, overview, type Scene, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

interface Hosted {
  builder: Builder;
  container: ProcessContainer;
  storage: DurableObjectStorage;
  /** The method and path of each request to the container. */
  requests: string[];
}

/** Runs `use` with a Durable Object whose container has the only builder. */
async function inContainer(use: (hosted: Hosted) => Promise<void>): Promise<void> {
  const stub = env.INSTANCES.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_, { storage }) => {
    const container = new ProcessContainer();
    const managed = new ManagedContainer(container, storage, settingsFor('instance'));
    const requests: string[] = [];
    const containers = containersAnswering((_id, url, init) => {
      const request = new Request(url, init);
      requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return managed.fetch(request);
    });
    const placement: Placement = { size: 'basic', location: null, jurisdiction: null };
    try {
      // There is only one container, so nothing moves to another one (test/rollouts/packing tests that).
      const builder = { ...builderByContainers(containers, async () => placement), hasContainers: false };
      await use({ builder, container, storage, requests });
    } finally {
      await container.destroy();
    }
  });
}

async function called(s: Scene, builder: Builder): Promise<unknown> {
  const callee = { by: 'version' as const, namespaceId: s.namespaceId, pluginId: 'hello_ext_1_0_0' };
  const deps = { ...s.deps, builder, ...emptyCallCaches() };
  const { answer } = await invoke(deps, s.actor, callee, callOf({ text: 'hello' }));
  return answerOf(answer);
}

/** Yields 40 MB. */
const yielding = `class YieldingInferenceService:
    def run_inference(self, inputs, parameters):
        try:
            for i in range(200):
                yield "x" * 200_000
            print("finished", flush=True)
        except GeneratorExit:
            print("closed", flush=True)
            raise
`;

const success = { status: 'success', result: { inputs: { text: 'hello' } } };

describe('a plugin in a container', () => {
  test('a plugin in a container is deployed from an empty container, answers calls, and ends with its container', () =>
    inContainer(async ({ builder, container, storage }) => {
      const s = await scene();
      const { id } = await deploy(s);
      await advanceDeployment({ ...s.deps, builder }, id);
      expect((await overview(s)).serving?.id).toBe(id);
      expect(await called(s, builder)).toMatchObject(success);
      expect(await builder.status(id)).toMatchObject({ state: 'ready', calls: 1 });
      expect(container.started).toEqual([
        { enableInternet: false, env: { BUILDER_TOKEN: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
      ]);

      const newer = await deploy(s, 'batch_only');
      s.clock.advance(30_000);
      await stopDueInstances({ ...s.deps, builder }, s.version.pluginId);
      expect([(await overview(s)).serving?.id, container.running]).toEqual([newer.id, false]);
      expect(await storage.list()).toEqual(new Map([['taken-back', true]])); // until no route leads to this container
    }));

  test(
    "a stream passes through a container, pauses the generator while its reader doesn't read, and ends the generator when the reader disconnects",
    { tags: 'long' },
    () =>
      inContainer(async ({ builder }) => {
        const s = await scene({ files: { 'realtime.py': yielding } });
        const { id } = await deploy(s);
        await advanceDeployment({ ...s.deps, builder }, id);
        const stream = async () => {
          const answered = await builder.callStreaming(id, JSON.stringify({ inputs: {}, parameters: {} }));
          if (!('lines' in answered)) throw new Error('It is not streamed');
          return answered.lines;
        };
        const printed = async () =>
          (await builder.logs(id))?.chunks.flatMap(({ lines }) => lines.map(({ line }) => line));
        const read = await stream();
        await read.read();
        const left = await stream();
        await left.read();
        await left.cancel();
        await waitFor(async () => expect(await printed()).toEqual(['closed']));
        const values = [];
        for (let lines = await read.read(); lines; lines = await read.read())
          values.push(...lines.filter((line) => 'value' in line));
        expect(values.length).toBeGreaterThan(195);
        expect(await printed()).toEqual(['closed', 'finished']);
      }),
  );

  test(
    'a version replaced during a stream ends when its last stream does, and its container ends with it',
    { tags: 'long' },
    () =>
      inContainer(async ({ builder, container }) => {
        const s = await scene({ files: { 'realtime.py': yielding } });
        const { id } = await deploy(s);
        await advanceDeployment({ ...s.deps, builder }, id);
        const answered = await builder.callStreaming(id, JSON.stringify({ inputs: {}, parameters: {} }));
        if (!('lines' in answered)) throw new Error('It is not streamed');
        await answered.lines.read();
        await deploy(s, 'batch_only');
        s.clock.advance(30_000);
        const streaming = { ...builder, stop: () => Promise.reject(new BuilderError('instance-busy', 'It streams.')) };
        await stopDueInstances({ ...s.deps, builder: streaming }, s.version.pluginId);
        const due = () =>
          s.deps.db.select({ at: deployments.instanceStoppedAt }).from(deployments).where(eq(deployments.id, id));
        expect([await due(), container.running]).toEqual([[{ at: null }], true]);
        let values = 0;
        for (let lines = await answered.lines.read(); lines; lines = await answered.lines.read())
          values += lines.length;
        expect(values).toBeGreaterThan(195);
        await stopDueInstances({ ...s.deps, builder }, s.version.pluginId);
        expect([await due(), container.running]).toEqual([[{ at: expect.any(Number) }], false]);
      }),
  );

  test('a plugin whose container was lost is restarted by the next call, in an empty container', { tags: 'long' }, () =>
    inContainer(async ({ builder, container }) => {
      const s = await scene();
      const { id } = await deploy(s);
      await advanceDeployment({ ...s.deps, builder }, id);
      await container.destroy();
      await waitFor(async () => expect(await builder.status(id)).toBeUndefined());
      expect(await called(s, builder)).toMatchObject(success);
      expect(container.started).toHaveLength(2);
    }),
  );

  test(
    'a plugin in a container gets its packages from the store, and the container resolves and installs nothing',
    { tags: ['long', 'index'] },
    () =>
      inContainer(async ({ builder: inside, requests }) => {
        const realtime = `import six


class SixInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"six": six.__version__}
`;
        // A version that no other test installs, because the builder beside this runtime is shared and remembers its installations.
        const s = await scene({ files: { 'realtime.py': realtime, 'requirements.txt': 'six==1.17.0\n' } });
        // Other containers, which can reach the index, install the packages.
        const { environmentHost, getBlob, install, lock } = s.deps.builder;
        const builder = { ...inside, environmentHost, getBlob, install, lock };
        const { id } = await deploy(s);
        await advanceDeployment({ ...s.deps, builder }, id);
        const [environment] = await s.deps.db.select().from(environments);
        expect(await called(s, builder)).toMatchObject({ status: 'success', result: { six: '1.17.0' } });
        expect(requests.slice(0, 6)).toEqual([
          `POST /instances/${id}/target`,
          `PUT /instances/${id}`,
          expect.stringMatching(/^PUT \/blobs\//),
          expect.stringMatching(/^PUT \/blobs\//),
          `PUT /packages/${environment?.packages[0]?.key}`,
          `PUT /instances/${id}`,
        ]);
        expect(requests.filter((request) => /locks|environments/.test(request))).toEqual([]);
      }),
  );

  test('a plugin in a container that is at fault fails its deployment with the reason', { tags: 'long' }, () =>
    inContainer(async ({ builder }) => {
      const handler =
        'class EchoInferenceService:\n    async def run_inference(self, inputs, parameters):\n        return {}\n';
      const s = await scene({ files: { 'realtime.py': `import nosuchmodule\n${handler}` } });
      const { id } = await deploy(s);
      await advanceDeployment({ ...s.deps, builder }, id);
      const { newest } = await overview(s);
      expect([newest?.status, newest?.attempts, newest?.error]).toEqual([
        'failed',
        1,
        expect.stringContaining('nosuchmodule'),
      ]);
    }),
  );

  test('a plugin in a container accepts no request without the token of its Durable Object', () =>
    inContainer(async ({ builder, container }) => {
      const s = await scene();
      const { id } = await deploy(s);
      await advanceDeployment({ ...s.deps, builder }, id);
      const headers = { 'slipway-contract': '1', authorization: `Bearer ${env.BUILDER_TOKEN}` };
      const direct = await container.getTcpPort(8080).fetch(`http://container/instances/${id}`, { headers });
      expect(direct.status).toBe(401);
      await direct.body?.cancel();
    }));
});
