// Runs the `npm start` demo: publishes example plugins and calls them live through the public API.
import { formatDuration } from '../../src/core/quantities.ts';
import { failureText } from '../local/full-disk.ts';
import type { Demo, StartSettings } from '../local/settings.ts';
import { paint, print, row } from '../machine/terminal.ts';
import { type ApiAccess, ExtractorClient, waitUntilSettled } from './extractor-client.ts';
import { packFolder } from './pack.ts';

interface Example {
  folder: string;
  name: string;
  version: string;
  pluginId: string;
  inputs: Record<string, unknown>;
}

/** Imports only the standard library. */
const textProfile: Example = {
  folder: 'examples/text_profile',
  name: 'text_profile',
  version: '1.0.0',
  pluginId: 'text_profile_1_0_0',
  inputs: { text: 'A slipway lets a ship go gently from dry land into the water.' },
};

/** Imports packages, which the first start downloads from the index. The image is red and blue. */
const imageTags: Example = {
  folder: 'examples/image_tags',
  name: 'image_tags',
  version: '1.0.0',
  pluginId: 'image_tags_1_0_0',
  inputs: {
    image:
      'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAFklEQVR42mM4ISeHFTGQLiFiswArAgBdfh/hPxR4DwAAAABJRU5ErkJggg==',
  },
};

const examplesOf: Record<Demo, Example[]> = { none: [], short: [textProfile], full: [textProfile, imageTags] };

/** Allows time for downloading packages. */
const liveWaitMs = 300_000;

/** Prints errors instead of throwing them, since the server runs with or without the demo. */
export async function runDemo(reach: ApiAccess, { demo, state }: Pick<StartSettings, 'demo' | 'state'>): Promise<void> {
  const client = new ExtractorClient(reach);
  for (const example of examplesOf[demo]) await show(client, example, state);
  printAccess(reach, client);
}

async function show(client: ExtractorClient, example: Example, state: string): Promise<void> {
  const { folder, inputs, pluginId } = example;
  print(`${paint('bold', 'Demo')}: publish ${folder} and call it live\n`);
  const startedAt = performance.now();
  try {
    if (await client.exists(pluginId)) print(row('published', `${pluginId}, during an earlier start`));
    else await publish(client, example);
    await makeLive(client, pluginId);
    await call(client, pluginId, inputs);
    print(`\nPublished and live in ${formatDuration(performance.now() - startedAt)}.\n`);
  } catch (error) {
    print(paint('red', `\nThe demo failed: ${await failureText(state, error)}\n`));
  }
}

async function publish(client: ExtractorClient, { folder, name, version }: Example): Promise<void> {
  const archive = await step('pack', async () => {
    const bytes = await packFolder(folder);
    return { result: bytes, summary: `a zip of ${bytes.length} bytes` };
  });
  const upload = await step('presign', async () => {
    const result = await client.requestUpload(name, version, archive.length);
    return { result, summary: result.upload_id };
  });
  const etag = await step('upload', async () => {
    const result = await client.putArchive(upload.presigned_url, archive);
    return { result, summary: `PUT to the presigned URL, ETag ${result}` };
  });
  await step('confirm', async () => {
    const result = await client.confirm(upload.upload_id, etag, archive.length);
    return { result, summary: `${result.message}: ${result.feature_uri}` };
  });
}

async function makeLive(client: ExtractorClient, pluginId: string): Promise<void> {
  const before = await client.status(pluginId);
  if (before.status === 'DEPLOYED') {
    print(row('live', `generation ${before.serving?.generation}, since an earlier start`));
    return;
  }
  if (before.status === 'NOT_DEPLOYED' || before.status === 'FAILED') {
    await step('deploy', async () => {
      const result = await client.deploy(pluginId);
      return { result, summary: `${result.status}: ${result.deployment_id}` };
    });
  }
  await step('live', async () => {
    const result = await waitUntilSettled(client, pluginId, liveWaitMs);
    if (result.status !== 'DEPLOYED')
      throw new Error(`the deployment ended as ${result.status}: ${result.error ?? result.message}`);
    return { result, summary: `DEPLOYED, generation ${result.serving?.generation}` };
  });
}

async function call(client: ExtractorClient, pluginId: string, inputs: Example['inputs']): Promise<void> {
  await step('call', async () => {
    const result = await client.call(pluginId, inputs);
    if (result.status !== 'success') throw new Error(`the call failed: ${result.error}`);
    return { result, summary: describeAnswer(result.raw_response) };
  });
}

/** Abbreviates vectors, which don't fit on a line. */
function describeAnswer(answer: unknown): string {
  return JSON.stringify(answer, (_key, value) =>
    Array.isArray(value) && value.length > 8 ? `${value.length} numbers` : value,
  ).replaceAll('"', '');
}

async function step<Result>(name: string, run: () => Promise<{ result: Result; summary: string }>): Promise<Result> {
  const startedAt = performance.now();
  const { result, summary } = await run();
  print(row(name, summary, performance.now() - startedAt));
  return result;
}

/** Prints each command on one line, however long, so that it can be copied. */
function printAccess({ url, api_key, namespace_id }: ApiAccess, client: ExtractorClient): void {
  const authorization = `-H 'Authorization: Bearer ${api_key}'`;
  const { inputs, pluginId } = textProfile;
  const body = JSON.stringify({ inputs: inputs });
  print(row('API', url));
  print(row('Guides', `${url}/docs`));
  print(row('OpenAPI', `${url}/openapi.json`));
  print(row('Namespace', namespace_id));
  print(row('Key', api_key));
  print('\nTry it:\n');
  print(`curl -s ${authorization} ${url}${client.path()}`);
  print(`curl -s ${authorization} ${url}${client.path(pluginId, 'status')}`);
  print(
    `curl -s ${authorization} ${url}${client.path(pluginId, 'realtime/test')} -H 'Content-Type: application/json' -d '${body}'`,
  );
}
