// Sets up plugins of each kind on a running local Slipway, each with a repository, a deploy hook and a call that returns the live
// version.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Local } from '../../../../scripts/local/organization.ts';
import type { components } from '../../../../src/client/api.gen.d.ts';
import type { SlipwayClient } from '../../../../src/client/client.ts';
import { type GoKind, goSurfaces } from '../../../../src/contract/plugin/go-kinds.ts';
import type { Files, GitHost, HostedRepository } from '../../../e2e/git-host/git-host.ts';
import type { Provider } from '../../../e2e/git-host/signed-push.ts';
import { extractorPlugin, pipelinePlugin, storagePlugin } from '../../../e2e/git-host/sources.ts';

export type Delivery = components['schemas']['HookDelivery'];

export interface Reach {
  client: SlipwayClient;
  local: Pick<Local, 'namespace_id'>;
  git: GitHost;
}

export interface Subject {
  title: string;
  provider: Provider;
  repository: HostedRepository;
  hook: { hook_id: string; url: string; secret: string };
  /** Returns the files for version 1.NUMBER.0. */
  filesOf(number: number): Files;
  /** Returns the version that answered, as `1.NUMBER.0`. */
  call(): Promise<string>;
}

interface HookOptions {
  provider: Provider;
  status?: { token: string; url: string };
}

const versionOf = (number: number) => `1.${number}.0`;

const goAnswers = {
  pipeline: z.object({ result: z.object({ output: z.object({ text: z.string() }) }) }).transform(textOfPipeline),
  storage: z.object({ result: z.object({ storage_type: z.string() }) }).transform(({ result }) => result.storage_type),
};

function textOfPipeline({ result }: { result: { output: { text: string } } }): string {
  return result.output.text;
}

const goSources = { pipeline: pipelinePlugin, storage: storagePlugin };
const goCalls = {
  pipeline: { method: 'execute', params: { action: 'report', params: {} } },
  storage: { method: 'metadata', params: {} },
};

/** Installs version 1.0.0 of a Go plugin from its own repository. */
export async function goSubject({ client, git }: Reach, kind: GoKind, { provider }: HookOptions): Promise<Subject> {
  const surface = goSurfaces[kind];
  const name = `pushed-${kind}`;
  const repository = git.repository(name);
  const filesOf = (number: number) => goSources[kind](versionOf(number));
  repository.commit(filesOf(0));
  await repository.push('refs/heads/main');
  let installed = await client.post(surface, { body: { name, repository: repository.url, version: 'main' } });
  // A machine's first build compiles Go's standard library, which takes longer than a request may wait.
  while (installed.status === 'building') {
    await delay(200);
    installed = await client.get(`${surface}/{name}`, { path: { name } });
  }
  if (installed.status !== 'active') throw new Error(`${name} was not installed: ${JSON.stringify(installed)}`);
  const hook = await client.post('/v1/deploy-hooks', { body: { kind, plugin: name, provider, action: 'update' } });
  repository.reportTo(provider, hook);
  const call = async () =>
    goAnswers[kind].parse(await client.post(`${surface}/{name}/call`, { path: { name }, body: goCalls[kind] }));
  return { title: `${kind} plugin`, provider, repository, hook, filesOf, call };
}

const extractorAnswer = z.object({ raw_response: z.object({ text: z.string() }) });

export interface ExtractorOptions extends HookOptions {
  name: string;
  loadSeconds?: number;
  functions?: number;
}

/** Publishes and deploys version 1.0.0 of an extractor from a folder in its own repository. */
export async function extractorSubject(
  { client, git, local: { namespace_id } }: Reach,
  { name, provider, status, ...source }: ExtractorOptions,
): Promise<Subject> {
  const repository = git.repository(name);
  const filesOf = (number: number) => extractorPlugin({ name, version: versionOf(number), ...source });
  repository.commit(filesOf(0));
  await repository.push('refs/heads/main');
  const publication = { repository: repository.url, ref: 'main', path: 'plugins/ocr', deploy: true };
  await client.post('/v1/namespaces/{namespace_id}/plugins/from-git', { path: { namespace_id }, body: publication });
  const reporting = status ? { status_token: status.token, status_api_url: status.url } : {};
  const hook = await client.post('/v1/deploy-hooks', {
    body: { kind: 'extractor', plugin: name, namespace_id, provider, action: 'update', ...reporting },
  });
  repository.reportTo(provider, hook);
  const call = async () => {
    const path = { namespace_id, slug: name };
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
      path,
      body: { inputs: {} },
    });
    return extractorAnswer.parse(answer).raw_response.text;
  };
  return { title: 'extractor in plugins/ocr', provider, repository, hook, filesOf, call };
}

/** Returns the hook's deliveries, newest first. */
export async function deliveriesOf(client: SlipwayClient, { hook }: Pick<Subject, 'hook'>): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = await client.get('/v1/deploy-hooks/{hook_id}/deliveries', { path: { hook_id: hook.hook_id }, query });
    all.push(...page.results);
    cursor = page.pagination.next_cursor;
  }
  return all;
}
