// Tests in a browser how the playground streams a call and sends a later call, and the pages for later calls.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { echoPlugin, publish } from '../../e2e/plugins.ts';
import { consoleScene, hostileTexts } from '../console-scene.ts';

const scene = consoleScene({ plugins: false });

const realtime = `import time


class StreamInferenceService:
    def run_inference(self, inputs, parameters):
        if "whole" in inputs:
            time.sleep(inputs.get("pause", 0))
            return {"whole": inputs["whole"]}
        return self.values(inputs)

    def values(self, inputs):
        try:
            for i in range(inputs["count"]):
                if i == inputs.get("fails_at"):
                    raise ValueError(inputs["why"])
                time.sleep(inputs.get("pause", 0))
                yield {"i": i, "text": inputs.get("text", "")}
        except GeneratorExit:
            print("closed", inputs["name"], flush=True)
            raise
`;
const [image = ''] = hostileTexts;

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

beforeAll(async () => {
  const plugin = echoPlugin('streamer', '1.0.0');
  await publish(scene.client, { ...plugin, files: { ...plugin.files, 'realtime.py': realtime } });
  await scene.client.deploy(plugin.pluginId);
  await waitUntilSettled(scene.client, plugin.pluginId, 120_000);
});

/** Makes a call with the inputs. `answer` is the answer mode selected on the page. */
async function call(page: Page, answer: string, inputs: object): Promise<void> {
  await page.goto(scene.path('plugins/streamer/playground'));
  await page.getByRole('combobox', { name: 'Answer' }).selectOption(answer);
  await page.getByLabel('Inputs as JSON').fill(JSON.stringify(inputs));
  await page.getByRole('button', { name: 'Call', exact: true }).click();
}

const answerOf = (page: Page) => page.getByRole('region', { name: 'Answer of streamer' });

/** Returns the lines that the plugin printed when it noticed that its reader had disconnected. */
async function closed(): Promise<string[]> {
  const query = { text: 'closed' };
  const { results } = await client().get('/v1/namespaces/{namespace_id}/logs', { path: inNamespace(), query });
  return results.map(({ line }) => line);
}

describe('a streamed call', () => {
  test('a streamed call shows each value, its outcome and its request', async () => {
    const page = await scene.signedInPage();
    await call(page, 'stream', { count: 3, text: image });
    expect(new URL(page.url()).search).toBe('?answer=stream');
    await answerOf(page).getByText('Done', { exact: true }).waitFor();
    await answerOf(page).getByText('3 values').waitFor();
    const values = answerOf(page).getByRole('region', { name: 'Values' }).locator('div > span:last-child');
    expect(await values.allInnerTexts()).toEqual([0, 1, 2].map((i) => JSON.stringify({ i, text: image })));
    await answerOf(page).getByText(/^req_/).waitFor();
  });

  test('a streamed call shows values before it ends, and Stop ends the handler', async () => {
    const page = await scene.signedInPage();
    await call(page, 'stream', { count: 1e6, pause: 0.05, name: 'by-stop' });
    await answerOf(page).getByText('{"i":2,').waitFor();
    await answerOf(page).getByText('Receiving').waitFor();
    // The button keeps the focus, because it is the button that started the call.
    await page.getByRole('button', { name: 'Stop' }).press('Enter');
    await answerOf(page).getByText('Stopped').waitFor();
    await expect.poll(closed).toContain('closed by-stop');
    expect(await page.locator(':focus').innerText()).toBe('Call');
  });

  test('a page ends its streamed call when the user leaves it', async () => {
    const page = await scene.signedInPage();
    await call(page, 'stream', { count: 1e6, pause: 0.05, name: 'by-leaving' });
    await answerOf(page).getByText('{"i":2,').waitFor();
    await page.getByRole('link', { name: 'Plugins' }).first().click();
    await expect.poll(closed).toContain('closed by-leaving');
  });

  test('a failed streamed call keeps its values, and shows the reason', async () => {
    const page = await scene.signedInPage();
    await call(page, 'stream', { count: 3, fails_at: 2, why: image });
    await answerOf(page).getByText('Failed', { exact: true }).waitFor();
    await answerOf(page).getByText('2 values').waitFor();
    await answerOf(page)
      .getByText(/^ValueError: /)
      .first()
      .waitFor();
  });

  test('a handler that yields nothing is shown with its answer', async () => {
    const page = await scene.signedInPage();
    await call(page, 'stream', { whole: 'at once' });
    await answerOf(page).getByText('The handler yielded no values').waitFor();
    await answerOf(page).getByText('"whole": "at once"').waitFor();
  });

  test('a refused streamed call shows the reason', async () => {
    const page = await scene.signedInPage();
    await page.route('**/realtime', (route) =>
      route.fulfill({ status: 503, json: { title: 'Busy', detail: 'The plugin is busy', code: 'plugin-busy' } }),
    );
    await call(page, 'stream', { count: 1 });
    await answerOf(page).getByRole('alert').waitFor();
    await answerOf(page).getByText('Refused', { exact: true }).waitFor();
  });

  test('the snippets in other languages use the selected answer mode', async () => {
    const page = await scene.signedInPage();
    await page.goto(scene.path('plugins/streamer/playground?answer=stream'));
    await page.getByText('This call in other languages').click();
    const codeIn = (language: string) => page.getByRole('region', { name: `Call in ${language}` });
    const choose = (language: string) => page.getByRole('button', { name: language, exact: true }).click();
    await expect.poll(() => codeIn('curl').innerText()).toContain("-H 'Accept: text/event-stream'");
    await choose('slipway');
    await expect.poll(() => codeIn('slipway').innerText()).toMatch(/slipway invoke streamer .*--stream/s);
    await page.getByRole('combobox', { name: 'Answer' }).selectOption('later');
    await choose('curl');
    await expect.poll(() => codeIn('curl').innerText()).toContain("-H 'Prefer: respond-async'");
    await choose('Python');
    await expect.poll(() => codeIn('Python').innerText()).toContain('"Prefer": "respond-async"');
  });
});

describe('a later call', () => {
  test('a later call from the playground shows its answer there and on its own page', async () => {
    const page = await scene.signedInPage();
    await call(page, 'later', { whole: image });
    await answerOf(page).getByText('Succeeded').waitFor();
    await answerOf(page).getByText(JSON.stringify(image).slice(1, -1)).waitFor();
    await answerOf(page)
      .getByRole('link', { name: /^call_/ })
      .click();
    await page.getByRole('heading', { name: 'Later call of streamer' }).waitFor();
    await page.getByRole('region', { name: 'Answer' }).getByText(JSON.stringify(image).slice(1, -1)).waitFor();
    await page.getByRole('link', { name: /^dep_/ }).click();
    await page.getByRole('heading', { name: 'Deployment of streamer 1.0.0' }).waitFor();
  });

  test('later calls are listed with their states, and a running one is cancelled', async () => {
    const page = await scene.signedInPage();
    const body = { inputs: { whole: 'never', pause: 60 } };
    const path = { ...inNamespace(), slug: 'streamer' };
    const { call_id } = await client().later('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
      path,
      body,
    });
    await page.goto('/calls');
    const row = page.getByRole('row', { name: /^streamer Running default / });
    await row.waitFor();
    await row.getByRole('link', { name: 'streamer' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled', { exact: true }).waitFor();
    expect(await client().get('/v1/calls/{call_id}', { path: { call_id } })).toMatchObject({ status: 'cancelled' });
    await page.goto('/calls?status=cancelled');
    await page.getByRole('row', { name: /^streamer Cancelled default / }).waitFor();
    await page.getByRole('combobox', { name: 'State' }).selectOption('expired');
    await page.getByText('No call is expired.').waitFor();
  });

  test('a later call whose handler raised an error shows the error as text', async () => {
    const page = await scene.signedInPage();
    await call(page, 'later', { count: 1, fails_at: 0, why: image });
    await answerOf(page).getByText('Failed', { exact: true }).waitFor();
    await answerOf(page).getByText(`ValueError: `).waitFor();
  });
});
