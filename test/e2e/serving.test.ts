import { expect, test, vi } from 'vitest';
import { ExtractorClient, settled } from '../../scripts/local/extractor-client.ts';
import { echoPlugin, publish } from './plugins.ts';
import { expectNoneLeft, processesOf } from './processes.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const liveMs = 30_000;

test('the demo publishes the example and calls it, and the next start only calls it', async () => {
  const state = await stateFolder();
  const first = await startSlipway(state, { args: [] });
  const { api_key } = await first.ready();
  await vi.waitFor(() => expect(first.output).toContain(`curl -s -H 'Authorization: Bearer ${api_key}'`), {
    timeout: liveMs,
  });
  expect(namesOfSteps(first.output)).toEqual(['pack', 'presign', 'upload', 'confirm', 'deploy', 'live', 'call']);
  const stopped = await first.stop();
  expect(stopped.exitCode).toBe(0);
  expect(stopped.output).toMatch(/Stopping…\nStopped\.\n$/);
  await expectNoneLeft(state);

  const second = await startSlipway(state, { args: [] });
  expect(await second.ready()).toMatchObject({ api_key });
  await vi.waitFor(() => expect(second.output).toContain("curl -s -H 'Authorization: Bearer"), { timeout: liveMs });
  expect(namesOfSteps(second.output)).toEqual(['published', 'live', 'call']);
});

function namesOfSteps(output: string): string[] {
  const demo = output.slice(output.indexOf('Demo:'), output.indexOf('Published and live'));
  return [...demo.matchAll(/^ {2}(\w+) /gm)].map(([, name = '']) => name);
}

test('no call fails while a plugin is deployed anew three times', async () => {
  const state = await stateFolder();
  const client = new ExtractorClient(await (await startSlipway(state)).ready());
  const plugin = echoPlugin('echo', '1.0.0');
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  expect(await settled(client, plugin.pluginId, liveMs)).toMatchObject({
    status: 'DEPLOYED',
    serving: { generation: 1 },
  });

  let over = false;
  const answeredBy = new Set<string>();
  const failures: unknown[] = [];
  const keepCalling = async (caller: number) => {
    for (let count = 0; !over; count++) {
      const inputs = { caller, count };
      try {
        const answer = await client.call(plugin.pluginId, inputs);
        expect(answer.raw_response).toEqual({ echo: [0, 1], inputs });
        answeredBy.add(answer.deployment_id);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const callers = [1, 2, 3, 4].map(keepCalling);
  const deployed: string[] = [];
  for (const generation of [2, 3, 4]) {
    const { deployment_id } = await client.deploy(plugin.pluginId);
    deployed.push(deployment_id);
    expect(await settled(client, plugin.pluginId, liveMs)).toMatchObject({
      status: 'DEPLOYED',
      serving: { generation },
    });
    await vi.waitFor(() => expect(answeredBy).toContain(deployment_id), { timeout: liveMs });
  }
  over = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
  expect(answeredBy.size).toBe(4);
});

test('the call after a SIGKILL of the builder is answered', async () => {
  const state = await stateFolder();
  const slipway = await startSlipway(state);
  const client = new ExtractorClient(await slipway.ready());
  const plugin = echoPlugin('echo', '1.0.0');
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  expect(await settled(client, plugin.pluginId, liveMs)).toMatchObject({ status: 'DEPLOYED' });

  const before = processesOf(state).filter(({ command }) => /builder\/(?:server\/main\.ts|host-python)/.test(command));
  const builder = before.find(({ command }) => command.includes('server/main.ts'));
  expect(before.length).toBeGreaterThan(1);
  process.kill(builder?.pid ?? 0, 'SIGKILL');
  expect(await client.call(plugin.pluginId, { text: 'again' })).toMatchObject({ status: 'success' });

  const pidsBefore = before.map(({ pid }) => pid);
  await vi.waitFor(() => expect(processesOf(state).filter(({ pid }) => pidsBefore.includes(pid))).toEqual([]), {
    timeout: 10_000,
  });
  expect(slipway.child.exitCode).toBeNull();
});
