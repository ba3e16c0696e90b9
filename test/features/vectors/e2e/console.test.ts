// Tests reconfiguring a namespace on the console's namespaces page in a browser.
// @module-tag long
import { expect, test } from 'vitest';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene({ plugins: false });

test('a namespace is reconfigured', async () => {
  const page = await scene.signedInPage();
  await page.goto('/?all=true');
  const row = page.getByRole('row', { name: /^default / });
  await row.getByRole('button', { name: 'Reconfigure…' }).click();
  await page.getByRole('button', { name: 'Reconfigure', exact: true }).click();
  await page.getByText('Every feature that a deployed plugin declares already exists').waitFor();
  expect(await row.getByRole('button').allInnerTexts()).toEqual(['Copy ID', 'Edit…', 'Reconfigure…']);
});
