// Follows a secret from the CLI to the plugin: it is rotated during calls, and searched for in everything that Slipway leaves on a
// machine.
// @module-tag long
import { expect, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../../../scripts/demo/extractor-client.ts';
import type { Local } from '../../../../scripts/local/organization.ts';
import { liveFiles, liveText } from '../../../builder/live-files.ts';
import { slipway as runSlipway } from '../../../cli/slipway.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { listProcesses } from '../../../e2e/processes.ts';
import { type Slipway, startSlipway, stateFolder } from '../../../e2e/slipway.ts';
import { patienceMs, waitFor } from '../../../support/waiting.ts';

const [first, second] = ['kQ7-first-secret-value', 'kQ7-second-secret-value'];

const realtime = `from shared.plugins.secrets import get

print("starting with", get("TOKEN"))


class SecretInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            raise ValueError("refused " + get("TOKEN"))
        return {"is": ["first", "second"][get("TOKEN") == "${second}"]}
`;

function askingPlugin() {
  const echo = echoPlugin('secretive', '1.0.0');
  const manifest = `${echo.files['manifest.py']}permissions = {"secrets": ["TOKEN"]}\n`;
  // Splits the expected value, so that the archive does not contain it.
  const code = realtime.replace(`"${second}"`, '"kQ7" + "-second-secret-value"');
  return { ...echo, files: { ...echo.files, 'manifest.py': manifest, 'realtime.py': code } };
}

/** Runs `slipway` with the value on standard input. */
async function cli(slipway: Slipway, { api_key }: Local, args: string[], input = ''): Promise<string> {
  const env = { SLIPWAY_API_KEY: api_key, SLIPWAY_BASE_URL: slipway.url };
  const { code, stderr, stdout } = await runSlipway(args, { env, input });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout + stderr;
}

/** Returns the files below the folder, and the /proc entries of its processes, that contain the text. */
function placesWith(state: string, text: string): string[] {
  const processes = listProcesses(state).flatMap(({ pid }) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`]);
  return [...liveFiles(state), ...processes].filter((path) => liveText(path).includes(text));
}

test('a secret is used, is rotated without a failed call, and is found nowhere in plain text', async () => {
  const state = await stateFolder();
  const slipway = await startSlipway(state);
  const local = await slipway.ready();
  const client = new ExtractorClient(local);
  const plugin = askingPlugin();
  await publish(client, plugin);

  await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({
    status: 'FAILED',
    error: expect.stringContaining('Run `slipway secrets set TOKEN --namespace default`'),
  });
  expect(await cli(slipway, local, ['secrets', 'set', 'TOKEN'], `${first}\n`)).toContain('✓ set TOKEN (revision 1)');
  await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });

  let over = false;
  const answers = { first: 0, second: 0 };
  const failures: unknown[] = [];
  const keepCalling = async () => {
    while (!over)
      try {
        const { raw_response } = await client.call(plugin.pluginId, {});
        answers[(raw_response as { is: 'first' | 'second' }).is]++;
      } catch (error) {
        failures.push(error);
      }
  };
  const callers = [keepCalling(), keepCalling(), keepCalling(), keepCalling()];
  await waitFor(() => expect(answers.first).toBeGreaterThan(100));
  await cli(slipway, local, ['secrets', 'set', 'TOKEN'], second);
  await waitFor(() => expect(answers.second).toBeGreaterThan(100));
  over = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
  console.log(`calls: ${JSON.stringify(answers)}, failed: ${failures.length}`);

  const seen = [await cli(slipway, local, ['secrets', 'list', '--json'])];
  const get = async (path: string) => {
    const response = await fetch(`${slipway.url}${path}`, { headers: { authorization: `Bearer ${local.api_key}` } });
    seen.push(await response.text());
  };
  await client.call(plugin.pluginId, { fail: true }).catch((error: unknown) => seen.push(String(error)));
  const at = `/v1/namespaces/${local.namespace_id}`;
  for (const path of ['status', 'logs', 'deployments']) await get(`${at}/plugins/${plugin.pluginId}/${path}`);
  for (const path of [`${at}/secrets`, `${at}/deployments`, '/v1/events']) await get(path);
  expect(seen.join('\n')).toContain('starting with ***');
  expect(seen.join('\n')).toContain('refused ***');
  expect(seen.join('\n')).not.toContain('kQ7-');
  for (const text of [first, second, Buffer.from(second).toString('base64').replace(/=+$/, '')])
    expect(placesWith(state, text)).toEqual([]);
  await slipway.stop();
  expect(slipway.output).not.toContain('kQ7-');
});
