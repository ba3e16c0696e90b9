// Tests a page while Slipway does not answer: it shows the earlier data, a note that the data is stale, the failed request, and a way
// to retry.
// @module-tag long
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene({ plugins: false });

/** Requests to the API, but not for the console's files or the session. */
const namespacePages = /\/v1\/namespaces\//;

function failure(requestId: string) {
  return {
    status: 500,
    contentType: 'application/json',
    body: JSON.stringify({
      success: false,
      status: 500,
      error: {
        message: 'The database did not answer.',
        type: 'InternalError',
        details: null,
        hint: 'Retry. If the problem persists, report the request ID.',
      },
      detail: 'The database did not answer.',
      request_id: requestId,
    }),
  };
}

test('a browser without a connection shows the earlier data, and reloads it once the connection is back', async () => {
  const page = await scene.signedInPage();
  await page.clock.install();
  const banner = page.getByText('This browser is offline.');
  await page.context().setOffline(true);
  await banner.waitFor();
  expect(await banner.innerText()).toBe(
    'This browser is offline. This page shows earlier data and refreshes when the connection is back.',
  );
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  // Data is considered current for a short time.
  await page.clock.runFor(10_000);
  const again = page.waitForResponse(namespacePages);
  await page.context().setOffline(false);
  expect((await again).status()).toBe(200);
  await banner.waitFor({ state: 'detached' });
});

test.each([
  ['cannot be reached', "Slipway can't be reached. This page shows earlier data"],
  ['fails', 'Refreshing failed. This page shows earlier data'],
])('a loaded page stays visible while Slipway %s, and says that its data is stale', async (how, message) => {
  const page = await scene.signedInPage();
  await page.clock.install();
  await page.route(namespacePages, (route) =>
    how === 'fails' ? route.fulfill(failure('req_stale')) : route.abort('connectionrefused'),
  );
  const banner = page.getByText(message);
  for (let elapsed = 0; (await banner.count()) === 0 && elapsed < 60; elapsed += 1) await page.clock.runFor(1000);
  await banner.waitFor();
  await page.getByText('This namespace has no plugins yet.').waitFor();
  await page.unroute(namespacePages);
  for (let elapsed = 0; (await banner.count()) > 0 && elapsed < 60; elapsed += 1) await page.clock.runFor(1000);
  await banner.waitFor({ state: 'detached' });
});

test("a page that can't be read shows the reason and the request ID, and its button reloads it once the cause is fixed", async () => {
  const page = await scene.signedInPage();
  await page.route(namespacePages, (route) => route.fulfill(failure('req_broken')));
  await page.goto(scene.path('deployments'));
  const alert = page.getByRole('alert');
  await alert.getByRole('heading', { name: 'The request failed' }).waitFor();
  await alert.getByText('The database did not answer.').waitFor();
  await alert.getByText('report the request ID').waitFor();
  await alert.getByText('req_broken').waitFor();
  await page.unroute(namespacePages);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Deployments' }).waitFor();
  expect(await alert.count()).toBe(0);
});

test("a page that can't reach Slipway says so, and appears once Slipway is reachable", async () => {
  const page = await scene.signedInPage();
  await page.route(namespacePages, (route) => route.abort('connectionrefused'));
  await page.goto(scene.path('deployments'));
  const alert = page.getByRole('alert');
  await alert.getByRole('heading', { name: 'Slipway cannot be reached' }).waitFor();
  await page.unroute(namespacePages);
  await page.getByRole('heading', { name: 'Deployments' }).waitFor();
  await alert.waitFor({ state: 'detached' });
});

describe('while Slipway is stopped', () => {
  const unreachable = "Slipway can't be reached.";
  const stop = (page: Page) => page.route('**/*', (route) => route.abort('connectionrefused'));

  test.each(['Plugins', 'Runs', 'Usage', 'Webhooks', 'Policy'])(
    'the page %s is opened from the menu without leaving the console, and appears once Slipway is started',
    async (name) => {
      const page = await scene.signedInPage();
      await stop(page);
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByText(unreachable).waitFor();
      await page.getByRole('navigation', { name: 'Main' }).waitFor();
      await page.unroute('**/*');
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.getByText(unreachable).waitFor({ state: 'detached' });
    },
  );

  test('Back shows the earlier page, and the menu still works once Slipway is started', async () => {
    const page = await scene.signedInPage();
    await stop(page);
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByText(unreachable).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.unroute('**/*');
    await page.getByText(unreachable).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
  });

  test('a page whose dialog could not be loaded comes back once Slipway is started', async () => {
    const page = await scene.signedInPage();
    await page.goto(scene.path('plugins'));
    const button = page.getByRole('button', { name: 'Install from Git…' });
    await button.waitFor();
    await stop(page);
    await button.click();
    await page.getByText(unreachable).waitFor();
    await page.unroute('**/*');
    await page.getByText(unreachable).waitFor({ state: 'detached' });
    await button.click();
    await page.getByRole('dialog').getByLabel('Repository').waitFor();
  });
});

test('a page whose files another build has replaced is loaded again with that build', async () => {
  const page = await scene.signedInPage();
  await page.route('**/sign-in', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.route('**/console/assets/*', (route) => route.fulfill({ status: 404 }));
  page.on('request', (request) => {
    if (request.isNavigationRequest()) void page.unrouteAll();
  });
  await page.getByRole('link', { name: 'Usage', exact: true }).click();
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
});

test('a page whose files are missing from the current build says so, and is not loaded again and again', async () => {
  const page = await scene.signedInPage();
  await page.route('**/console/assets/quotas-*', (route) => route.fulfill({ status: 404 }));
  let loads = 0;
  page.on('framenavigated', () => {
    loads += 1;
  });
  await page.getByRole('link', { name: 'Usage', exact: true }).click();
  await expect.poll(() => loads).toBe(2);
  const reload = page.getByRole('alert').getByRole('button', { name: 'Reload' });
  await reload.waitFor();
  await page.unrouteAll();
  await reload.click();
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
});
