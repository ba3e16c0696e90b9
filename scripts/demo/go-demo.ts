// Installs a Go plugin for the `npm start` demo, in the background. The plugin is the template from `slipway init --kind pipeline`, in
// a repository on this machine. The first installation on a machine also fills caches for later ones.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { findGo } from '../../builder/server/builds/go.ts';
import { findGit } from '../../builder/server/sources/git.ts';
import { createPlugin } from '../../src/cli/init/create-plugin.ts';
import type { components } from '../../src/client/api.gen.d.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { ApiError } from '../../src/client/errors.ts';
import { failureText } from '../local/full-disk.ts';
import { paint, print, row } from '../machine/terminal.ts';
import { commitExample, goExampleName } from './example-repository.ts';
import type { ApiAccess } from './extractor-client.ts';

/** The folder from which the repository is served, and its URL. */
export interface ExampleSource {
  folder: string;
  url: string;
}

const tag = 'v1.0.0';
const pollMs = 1000;
const noRetries = { retriesMax: 0 };
const call = { method: 'execute', params: { action: 'count_words', params: { text: 'from dry land into the water' } } };
const path = { name: goExampleName };
const answerSchema = z.object({ output: z.record(z.string(), z.unknown()) });

/** Prints errors instead of throwing them. */
export async function runGoDemo(access: ApiAccess, repository: ExampleSource): Promise<void> {
  try {
    const missing = await missingPrograms();
    if (missing.length > 0)
      return print(`\n${paint('bold', 'Go plugins')} can't be installed yet. ${missing.join(' ')}`);
    const client = new SlipwayClient({ baseUrl: access.url, apiKey: access.api_key, retries: noRetries });
    const before = await findPlugin(client);
    const isNew = before === undefined || (before.status === 'error' && before.sha256 === null);
    const plugin = isNew ? await install(client, repository) : await untilLive(client, before);
    const { error, result } = await client.post('/api/plugins/{name}/call', { path, body: call });
    if (error) throw new Error(`the call failed: ${error.message}`);
    print(row('live', `${goExampleName} ${plugin.git_ref}, ${formatPlace(plugin)}`));
    print(row('call', JSON.stringify(answerSchema.parse(result).output).replaceAll('"', '')));
    printAccess(access);
  } catch (error) {
    const reason = await failureText(dirname(repository.folder), error);
    print(paint('red', `\nThe Go plugin demo failed: ${reason}\n`));
  }
}

type Placed = Pick<GoPlugin, 'placement' | 'placement_reason'>;

function formatPlace({ placement, placement_reason: reason }: Placed): string {
  return placement === 'isolate' ? 'in an isolate' : `in a container (${reason})`;
}

async function missingPrograms(): Promise<string[]> {
  const programs = await Promise.all([findGit(), findGo()]);
  return programs.flatMap((program) =>
    'reason' in program ? [program.reason.replace('restart the builder', 'restart `npm start`')] : [],
  );
}

type GoPlugin = components['schemas']['GoPlugin'];

async function findPlugin(client: SlipwayClient): Promise<GoPlugin | undefined> {
  try {
    return await client.get('/api/plugins/{name}', { path });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

async function install(client: SlipwayClient, repository: ExampleSource): Promise<GoPlugin> {
  await commitExample(repository.folder, await templateFiles(), tag);
  print(`\n${paint('bold', 'Demo')}: install ${goExampleName}, a Go plugin, from ${repository.url}`);
  print(
    'This runs in the background. The first time, it compiles the standard library and the analyzer: about a minute, or several on a busy machine.\n',
  );
  const startedAt = performance.now();
  const body = { repository_url: repository.url, git_ref: tag };
  const plugin = await untilLive(client, await client.post('/api/plugins', { body }));
  print(
    row('install', `${plugin.git_ref}, commit ${plugin.git_commit_hash.slice(0, 12)}`, performance.now() - startedAt),
  );
  return plugin;
}

/** The server responds within 90 s at most and continues in the background; so does an installation from an earlier start. */
async function untilLive(client: SlipwayClient, response: GoPlugin): Promise<GoPlugin> {
  let plugin = response;
  while (plugin.status === 'building') {
    await delay(pollMs);
    plugin = await client.get('/api/plugins/{name}', { path });
  }
  if (plugin.status === 'error') throw new Error(plugin.error_message ?? 'the installation failed');
  return plugin;
}

async function templateFiles(): Promise<Map<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-'));
  try {
    const options = { name: goExampleName, kind: 'pipeline', category: 'text', output: folder } as const;
    const { files } = await createPlugin({ ...options, description: undefined, author: undefined });
    return new Map(await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file))] as const)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Prints the command on one line, so that it can be copied. */
function printAccess({ api_key, url }: ApiAccess): void {
  const headers = `-H 'Authorization: Bearer ${api_key}' -H 'Content-Type: application/json'`;
  print(`\ncurl -s ${headers} ${url}/api/plugins/${goExampleName}/call -d '${JSON.stringify(call)}'`);
}
