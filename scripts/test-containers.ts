// Implements `npm run test:containers`: publish → deploy → call → redeploy, with each instance in its own container behind its Durable
// Object, and what callers see when containers exit, hang or can't start. Needs a Docker engine, and either the images that
// builder/Dockerfile and wrangler pull, or what scripts/docker-bases.sh needs to create them. Skipped without Docker.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { engineVersion, listContainers, removeContainers } from './containers/docker.ts';
import * as faults from './containers/faults.ts';
import { buildImage, prepareBases } from './containers/images.ts';
import { type ContainerWorker, image, startContainerWorker } from './containers/worker.ts';
import { type ExtractorClient, waitUntilSettled } from './demo/extractor-client.ts';
import { packFolder } from './demo/pack.ts';
import { readCommandLine, reasonFor } from './machine/command-line.ts';
import { print, row } from './machine/terminal.ts';

const usage = `npm run test:containers

Tests containers on this machine. Needs Docker.`;

readCommandLine(usage, { options: {} });

const liveWaitMs = 120_000;
/** Covers the drain, the following sweep and the removal of the container, as well as an idle container going to sleep. */
const removalWaitMs = 90_000;
const profile = { folder: 'examples/text_profile', name: 'text_profile', id: 'text_profile_1_0_0' };
const patient = { folder: 'scripts/containers/patient_plugin', name: 'patient_plugin', id: 'patient_plugin_1_0_0' };
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };

const logSchema = z.object({ lines: z.array(z.object({ line: z.string() })) });

const engine = await engineVersion();
if ('version' in engine) await run(engine.version);
else print(`test:containers skipped: Docker is not available (${engine.missing})`);

async function run(version: string): Promise<void> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-containers-'));
  const before = await instances();
  const cleanups: (() => unknown)[] = [
    () => rm(state, { recursive: true, force: true }),
    async () => removeContainers((await instances()).filter((id) => !before.includes(id))),
  ];
  const onLine = (line: string) => print(`  ${line}`);
  try {
    const images = await step(
      'bases',
      async () => prepareBases(onLine),
      ({ args }) => args.BASE ?? 'pulled',
    );
    await step(
      'image',
      () => buildImage(images, image),
      () => `${image}, by Docker ${version}`,
    );
    const worker = await step(
      'worker',
      () => startContainerWorker(state, images, cleanups, onLine),
      ({ local }) => local.url,
    );
    await deployTwice(worker.client);
    await disturb(worker);
    print('\n1 passed, 0 failed');
  } catch (error) {
    print(`\n${reasonFor(error)}\n\n0 passed, 1 failed`);
    process.exitCode = 1;
  } finally {
    for (const end of cleanups.reverse()) await end();
  }
  process.exit(); // wrangler leaves handles open
}

async function deployTwice(client: ExtractorClient): Promise<void> {
  await publish(client, profile);
  await deploy(client, profile.id, 1);
  await call(client);
  const traffic = keepCalling(client);
  await deploy(client, profile.id, 2);
  // Keep calling, so that the new container stays awake until the previous one is gone.
  await step('drained', () => waitForServers(1));
  await step('traffic', () => traffic.end());
  await step('lost', async () => {
    await removeContainers(await faults.servers({ image }));
    return 'removed the container';
  });
  await call(client);
}

/** Each fault starts with the plugin asleep or awake with one container, and leaves it serving. */
async function disturb({ client, local }: ContainerWorker): Promise<void> {
  const subject = { client, pluginId: patient.id, image };
  await step('asleep', () => waitForServers(0));
  await publish(client, patient);
  await deploy(client, patient.id, 1);
  await step('SIGTERM', () => faults.terminate(subject));
  await step('killed', () => faults.killServer(subject));
  await step('paused', () => faults.pause(subject));
  await step('sidecar', () => faults.killSidecar(subject));
  await step('logs', async () => {
    await call(client, patient.id, { seconds: 0.001 });
    await waitForServers(0);
    const asleep = await logLines(local, patient.id);
    await call(client, patient.id, { seconds: 0.002 });
    const awake = await logLines(local, patient.id);
    const expected = [0.001, 0.002].map((seconds) => `called {'seconds': ${seconds}}`);
    if (!asleep.includes(expected[0] ?? '') || !expected.every((line) => awake.includes(line)))
      throw new Error(`expected ${expected}, found ${asleep} and ${awake}`);
    return `${asleep.length} lines while asleep, ${awake.length} after the next call`;
  });
  await step('no image', () => faults.removeImage(subject));
  await step('exits', () => faults.exitAtOnce(subject));
  await step('release', () => faults.anotherRelease(subject));
}

async function publish(client: ExtractorClient, plugin: typeof profile): Promise<void> {
  await step('publish', async () => {
    const { message } = await client.publish(plugin.name, '1.0.0', await packFolder(plugin.folder));
    return message;
  });
}

async function deploy(client: ExtractorClient, pluginId: string, generation: number): Promise<void> {
  await step('deploy', async () => {
    const { deployment_id } = await client.deploy(pluginId);
    const { status, serving, message } = await waitUntilSettled(client, pluginId, liveWaitMs);
    if (status !== 'DEPLOYED' || serving?.generation !== generation) throw new Error(`${status}: ${message}`);
    return `generation ${generation}, ${deployment_id}`;
  });
}

async function call(client: ExtractorClient, pluginId = profile.id, callInputs: object = inputs): Promise<void> {
  await step('call', async () => {
    const answer = await client.call(pluginId, { ...callInputs });
    if (answer.status !== 'success') throw new Error(`the call failed: ${answer.error}`);
    return `answered by ${answer.deployment_id}`;
  });
}

/** Calls the plugin repeatedly until `end`, which rejects if a call failed. */
function keepCalling(client: ExtractorClient): { end(): Promise<string> } {
  let ended = false;
  const calls = (async () => {
    for (let count = 1; ; count++) {
      const last = ended;
      const answer = await client.call(profile.id, inputs);
      if (answer.status !== 'success') throw new Error(`call ${count} failed: ${answer.error}`);
      if (last) return `${count} calls during the redeploy, none failed`;
    }
  })();
  calls.catch(() => {});
  return {
    end: () => {
      ended = true;
      return calls;
    },
  };
}

async function waitForServers(count: number): Promise<string> {
  const until = performance.now() + removalWaitMs;
  for (;;) {
    const { length } = await faults.servers({ image });
    if (length === count) return `${count} containers run`;
    if (performance.now() > until) throw new Error(`${length} containers are running instead of ${count}`);
    await delay(500);
  }
}

async function logLines({ url, api_key, namespace_id }: ContainerWorker['local'], pluginId: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/namespaces/${namespace_id}/plugins/${pluginId}/logs`, {
    headers: { authorization: `Bearer ${api_key}` },
  });
  return logSchema.parse(await response.json()).lines.map(({ line }) => line);
}

/** Lists all instance containers, including the networking sidecars, which the local runtime doesn't remove. */
function instances(): Promise<string[]> {
  return listContainers('--all', '--filter', 'name=workerd-slipway-Instance');
}

async function step<Result>(
  name: string,
  run: () => Promise<Result>,
  summarize: (result: Result) => unknown = String,
): Promise<Result> {
  const startedAt = performance.now();
  const result = await run();
  const [summary = '', ...details] = String(summarize(result)).split('; ');
  print(row(name, summary, performance.now() - startedAt));
  for (const detail of details) print(`              ${detail}`);
  return result;
}
