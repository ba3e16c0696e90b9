// Tests approvals in a browser: the overview says how many versions wait, and the menu leads to them.
// @module-tag long
import { expect, test } from 'vitest';
import { packFiles } from '../../../../scripts/demo/pack.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { publish } from '../../../../src/client/publish.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { followNeeds, slipwayIn } from '../../../console/followed-needs.ts';
import { echoPlugin } from '../../../e2e/plugins.ts';

const scene = consoleScene({ plugins: false });

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

followNeeds(scene, {
  approval: {
    title: 'spare 1.1.0 waits for approval',
    command: 'slipway approve spare@1.1.0 --show',
    make: async () => {
      const { files, name, version } = echoPlugin('spare', '1.1.0');
      const archive = new Blob([await packFiles(files)]);
      await publish(client(), { name, version, namespaceId: scene.local.namespace_id, archive, stage: true });
    },
    resolve: () => slipwayIn(scene, 'delete', 'spare@1.1.0', '--yes'),
  },
});

test('the overview lists versions that wait for approval', async () => {
  const namespaceId = scene.local.namespace_id;
  const { files, name, version } = echoPlugin('waiting', '1.0.0');
  const archive = new Blob([await packFiles(files)]);
  await publish(client(), { name, version, namespaceId, archive, stage: true });
  const page = await scene.signedInPage();
  await page.goto(`/n/${namespaceId}`);
  const items = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem');
  await expect.poll(() => items.allInnerTexts()).toEqual([expect.stringMatching(/waiting 1\.0\.0 waits for approval/)]);
});

test('the page of approvals is opened from its tab while Slipway is stopped, and appears once it is started', async () => {
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Deployments', exact: true }).click();
  const tab = page.getByRole('link', { name: 'Approvals', exact: true });
  await tab.waitFor();
  await page.route('**/*', (route) => route.abort('connectionrefused'));
  await tab.click();
  await page.getByText("Slipway can't be reached.").waitFor();
  await page.unroute('**/*');
  await page.getByRole('heading', { name: 'Approvals', level: 1 }).waitFor();
});
