// Tests the console's page of models in a browser.
// @module-tag long
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

test('a model is sent from the browser, a model that may run code requires a reason, and a deletion can be forced', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('models'));
  const store = async (name: string, buffer: Buffer, reason = '') => {
    await page.getByRole('button', { name: 'Store a model…' }).click();
    await dialog(page).getByLabel('Name').fill(name);
    await dialog(page)
      .getByLabel('File')
      .setInputFiles({ name: 'model', mimeType: 'application/octet-stream', buffer });
    await dialog(page).getByLabel('Why a format that may run code is accepted').fill(reason);
    await page.getByRole('button', { name: 'Store', exact: true }).click();
  };
  const weights = Buffer.from('weights');
  await store('tiny', weights);
  await page.getByRole('row', { name: /^tiny / }).waitFor();
  const pickle = Buffer.from('\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00N.', 'latin1');
  await store('pickled', pickle);
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await store('pickled', pickle, 'It is our own');
  await page
    .getByRole('row', { name: /^pickled / })
    .getByText('It is our own')
    .waitFor();
  const { results } = await client().get('/v1/namespaces/{namespace_id}/models', {
    path: { namespace_id: scene.local.namespace_id },
  });
  expect(results.map(({ name, sha256 }) => [name, sha256])).toEqual([
    ['pickled', createHash('sha256').update(pickle).digest('hex')],
    ['tiny', createHash('sha256').update(weights).digest('hex')],
  ]);

  const row = page.getByRole('row', { name: /^tiny / });
  await row.getByRole('button', { name: 'Delete…' }).click();
  await dialog(page).getByLabel('Delete it even if a live version names it').check();
  await dialog(page).getByText('This action as a command').click();
  expect(await dialog(page).locator('details code').allInnerTexts()).toEqual([
    `slipway models delete tiny --force --namespace ${scene.local.namespace_id} --yes`,
    expect.stringMatching(/^curl -X DELETE .*\/models\/tiny\?force=true'$/),
  ]);
  await dialog(page).getByLabel('Type tiny to confirm').fill('tiny');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await row.waitFor({ state: 'detached' });
});
