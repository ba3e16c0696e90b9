// Tests a deployment's page: its actions and its live updates, with and without a stream.
// @module-tag long
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

function api(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

/** Starts to deploy a plugin that takes some seconds to load, and opens the page. */
async function deploying(name: string, loadSeconds: number, prepare: (page: Page) => Promise<void>): Promise<Page> {
  await publish(scene.client, echoPlugin(name, '1.0.0', loadSeconds));
  const page = await scene.signedInPage();
  await prepare(page);
  const { deployment_id } = await api().post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/deploy', {
    path: { namespace_id: scene.local.namespace_id, plugin_id: `${name}_1_0_0` },
  });
  await page.goto(scene.path(`deployments/${deployment_id}`));
  return page;
}

async function openDeployment(name: string): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path('deployments'));
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('heading', { name: `Deployment of ${name}` }).waitFor();
  return page;
}

/** The page's streams, which the browser is made to fail to open. */
const streams = /\/deployments\/dep_\w+\/(events|logs\?.*follow=true)/;

describe('a deployment in progress', () => {
  test('a deployment in progress is followed to its end by a stream', async () => {
    const opened: string[] = [];
    const page = await deploying('slow_stream', 3, async (fresh) => {
      fresh.on('response', (response) => streams.test(response.url()) && opened.push(response.url()));
    });
    await page.getByText('Live', { exact: true }).waitFor();
    expect(opened.length).toBeGreaterThan(0);
  });

  test("a deployment in progress is followed to its end without a stream, with the instance's output", async () => {
    const page = await deploying('slow_poll', 3, async (fresh) => {
      await fresh.route(streams, (request) => request.abort());
    });
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText('polled every 2 s, without a stream').waitFor();
  });

  test('a deployment in progress is cancelled, and then requested again as a new deployment', async () => {
    const page = await deploying('slow_cancel', 15, async () => {});
    await page.getByText('The live version stays live').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').first().waitFor();
    const first = page.url();
    await page.getByText('This one stays unchanged, with its log.').waitFor();
    await page.getByRole('button', { name: 'Deploy again' }).click();
    await expect.poll(() => page.url()).not.toBe(first);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').first().waitFor();
  });
});

describe('a live deployment', () => {
  test("a live deployment shows its instance's output as it is printed", async () => {
    const page = await openDeployment('echo 1.2.0');
    await page.getByRole('heading', { name: 'Instance log' }).waitFor();
    await api().post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
      path: { namespace_id: scene.local.namespace_id, slug: 'echo' },
      body: { inputs: { text: 'seen in the log' } },
    });
    await page.getByText("called with {'text': 'seen in the log'}").waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.getByLabel('Lines of').selectOption('stderr');
    await page.getByText("called with {'text': 'seen in the log'}").waitFor({ state: 'detached' });
  });

  test('a live deployment is rolled back after showing the changes, and promoted again from its page', async () => {
    const page = await openDeployment('echo 1.2.0');
    await page.getByText('Data that the plugin wrote elsewhere stays.').waitFor();
    await page.getByRole('button', { name: 'Roll back to 1.1.0…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Calls to echo move from 1.2.0 to 1.1.0.').waitFor();
    await dialog.getByText('No version is deleted or undeployed.').waitFor();
    await dialog.getByLabel('Reason').fill('checking the page');
    await dialog.getByRole('button', { name: 'Roll back to 1.1.0' }).click();
    await page.getByText('Calls to echo go to 1.1.0. This version is on standby').waitFor();

    await page.getByRole('button', { name: 'Make 1.2.0 live…' }).click();
    await dialog.getByLabel('Reason').fill('it was right');
    await dialog.getByRole('button', { name: 'Make 1.2.0 live' }).click();
    await page.getByText('Data that the plugin wrote elsewhere stays.').waitFor();
  });
});
