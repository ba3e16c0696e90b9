// Runs the documented curl upload (mixpeek §4) exactly, except for the namespace and the host. The example announces 5000 bytes,
// whatever the archive's size.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { echoPlugin } from './plugins.ts';
import { startSlipway, stateFolder } from './slipway.ts';

const example = await readFile(fileURLToPath(import.meta.resolve('../fixtures/api/upload-example.sh')), 'utf8');

/** Stand-ins for curl and jq if they aren't installed. */
const standIns = fileURLToPath(import.meta.resolve('../fixtures/stand-ins'));

test('the documented example publishes and deploys an archive of any size', async () => {
  const slipway = await startSlipway(await stateFolder());
  const local = await slipway.ready();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const encoder = new TextEncoder();
  const files = Object.entries(echoPlugin('text_embed', '1.0.0').files);
  const zip = await packZip(files.map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
  await writeFile(join(folder, 'text_embed.zip'), zip);

  const script = example.replace('ns_...', local.namespace_id).replace('https://<your-dedicated-host>', local.url);
  const { stdout } = await promisify(execFile)('bash', ['-ec', script], {
    cwd: folder,
    env: { ...process.env, PATH: `${process.env.PATH}:${standIns}`, MIXPEEK_API_KEY: local.api_key },
  });

  const [confirmed, deployed, status] = stdout
    .replaceAll('}{', '}\n{')
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(confirmed).toMatchObject({
    success: true,
    plugin_id: 'text_embed_1_0_0',
    validation_errors: [],
    warnings: [{ rule: 'SLU101', message: `Size differs: announced 5000 bytes, received ${zip.length}` }],
  });
  expect(deployed).toMatchObject({ success: true, plugin_id: 'text_embed_1_0_0' });
  expect(status.status).toMatch(/^(QUEUED|PENDING|IN_PROGRESS|DEPLOYED)$/);
  expect(await waitUntilSettled(new ExtractorClient(local), 'text_embed_1_0_0', 60_000)).toMatchObject({
    status: 'DEPLOYED',
  });
});
