// Lists every console page, with a text that appears once the page is complete.
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { SlipwayClient } from '../../src/client/client.ts';
import type { ConsoleScene } from './console-scene.ts';

/** The name is also the name of the page's pictures. The path may contain `{…}`, a placeholder for one of the scene's IDs. */
export interface ConsolePage {
  name: string;
  path: string;
  shown: string;
  /** Text after `slipway` in the page's first "As a command". Pages without this field have no matching command. */
  command?: string;
  /** The command's outcome, if it is not `done`. */
  exit?: string;
  /** True if the page keeps following something while it is open, so that the network is never idle. */
  isLive?: true;
}

/** Pages of a feature. */
export interface FeaturePages {
  pages: readonly ConsolePage[];
  /** Makes what the pages show, and returns its IDs by placeholder. */
  ids(scene: Pick<ConsoleScene, 'local'>, client: SlipwayClient): Promise<Record<string, string>>;
  /** Buttons that act immediately, without a dialog that shows the command. */
  atOnce?: readonly ActsAtOnce[];
}

export type ActsAtOnce = [page: string, action: string, command: string];

const ofFeatures: FeaturePages[] = await Promise.all(
  globSync('test/features/*/e2e/console-pages.ts')
    .sort()
    .map((path) => import(resolve(path))),
);

async function idsOfFeatures(
  scene: Pick<ConsoleScene, 'local'>,
  client: SlipwayClient,
): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const own of ofFeatures) Object.assign(ids, await own.ids(scene, client));
  return ids;
}

export const pages: ConsolePage[] = [
  { name: 'overview', path: '/n/{namespace}', shown: 'Failing now', command: 'overview' },
  { name: 'plugins', path: '/n/{namespace}/plugins', shown: 'echo', command: 'list' },
  { name: 'plugin', path: '/n/{namespace}/plugins/echo', shown: 'Live 1.2.0', command: 'log echo' },
  {
    name: 'use',
    path: '/n/{namespace}/plugins/echo/use',
    shown: 'Compare 1.1.0',
    command: 'show echo --openapi',
  },
  { name: 'playground', path: '/n/{namespace}/plugins/echo/playground?compare=1.0.0', shown: 'Call both' },
  { name: 'versions', path: '/n/{namespace}/plugins/echo/versions', shown: 'Standby', command: 'log echo' },
  {
    name: 'plugin-deployments',
    path: '/n/{namespace}/plugins/echo/deployments',
    shown: '1.2.0',
    command: 'deployments list echo',
  },
  {
    name: 'plugin-releases',
    path: '/n/{namespace}/plugins/echo/releases',
    shown: 'Cancelled',
    command: 'releases list echo',
  },
  {
    name: 'release',
    path: '/n/{namespace}/releases/{release}',
    shown: 'echo 1.2.0 to 1.1.0',
    command: 'releases show {release}',
  },
  { name: 'plugin-logs', path: '/n/{namespace}/plugins/echo/logs', shown: 'called with', command: 'logs echo' },
  {
    name: 'plugin-settings',
    path: '/n/{namespace}/plugins/echo/settings',
    shown: 'No rule is waived for echo',
    command: 'show echo@1.2.0',
  },
  {
    name: 'advisories',
    path: '/advisories',
    shown: 'No version is affected by a known advisory',
    command: 'advisories',
  },
  { name: 'namespaces', path: '/?all=true', shown: 'default', command: 'namespaces list' },
  {
    name: 'organization-plugins',
    path: '/n/{namespace}/organization-plugins',
    shown: 'The organization has no plugins of its own yet',
    command: 'list --source community',
  },
  {
    name: 'version',
    path: '/n/{namespace}/plugins/echo/versions/1.2.0',
    shown: 'SHA-256 of the archive',
    command: 'show echo@1.2.0',
  },
  {
    name: 'source',
    path: '/n/{namespace}/plugins/hostile/versions/1.0.0/source',
    shown: 'notes.py',
    command: 'pull hostile@1.0.0',
  },
  {
    name: 'diff',
    path: '/n/{namespace}/plugins/echo/diff?from=1.1.0&to=1.2.0',
    shown: 'manifest.py',
    command: 'diff echo 1.1.0 1.2.0',
  },
  { name: 'deployments', path: '/n/{namespace}/deployments', shown: 'broken', command: 'deployments list' },
  {
    name: 'deployment',
    path: '/n/{namespace}/deployments/{failed}',
    shown: 'Deployment of broken',
    command: 'deployments show {failed} --watch',
    exit: 'undeployed',
    isLive: true,
  },
  { name: 'later-calls', path: '/calls', shown: 'echo', command: 'calls list' },
  { name: 'later-call', path: '/calls/{call}', shown: '"text": "hello"', command: 'calls show {call}' },
  { name: 'upload', path: '/n/{namespace}/uploads/{rejected}', shown: 'SLP', command: 'uploads show {rejected}' },
  { name: 'events', path: '/events?type=upload.', shown: 'upload.rejected', command: 'events --type upload.' },
  { name: 'quotas', path: '/quotas', shown: 'Undeploy…', command: 'quotas list' },
  {
    name: 'usage-months',
    path: '/quotas/months',
    shown: 'Calls by month',
    command: 'budget usage --months 12 --by namespace',
  },
  { name: 'keys', path: '/keys', shown: 'first key', command: 'keys list' },
  { name: 'logs', path: '/n/{namespace}/logs', shown: 'echo 1.2.0', command: 'logs --all' },
  {
    name: 'policy',
    path: '/policy?preview=strict',
    shown: 'examined so far',
    command: 'policy preview --level strict',
  },
  { name: 'sign-in', path: '/sign-in', shown: 'Sign in to Slipway' },
  { name: 'not-found', path: '/n/{namespace}/plugins/nothing', shown: 'req_' },
  ...ofFeatures.flatMap((own) => own.pages),
];

export const buttonsOfFeatures: readonly ActsAtOnce[] = ofFeatures.flatMap(({ atOnce = [] }) => atOnce);

/** Pages that show the namespace's lists, or many calls. Pictures of them are also taken in a large namespace. */
export const largePages: ConsolePage[] = [
  { name: 'large-overview', path: '/n/{namespace}', shown: 'Failing now' },
  { name: 'large-plugins', path: '/n/{namespace}/plugins', shown: 'classify_audio' },
  { name: 'large-plugin', path: '/n/{namespace}/plugins/echo', shown: 'Live 1.2.0' },
  { name: 'large-deployments', path: '/n/{namespace}/deployments', shown: 'classify_audio' },
  { name: 'large-logs', path: '/n/{namespace}/logs', shown: 'classify_audio' },
];

/** Fills in the scene's IDs. */
export function filled(text: string, ids: Record<string, string>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? '');
}

/** Creates a later call. Resolves when it has ended. */
async function endedCall({ local }: Pick<ConsoleScene, 'local'>): Promise<string> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id, slug: 'echo' };
  const { call_id } = await client.later('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
    path,
    body: { inputs: { text: 'hello' } },
  });
  await client.get('/v1/calls/{call_id}', { path: { call_id }, headers: { prefer: 'wait=60' } });
  return call_id;
}

/** Starts and cancels a release. */
async function endedRelease({ local }: Pick<ConsoleScene, 'local'>): Promise<string> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id };
  const body = { plugin: 'echo', version: '1.1.0' };
  const { id } = await client.post('/v1/namespaces/{namespace_id}/releases', { path, body });
  await client.post('/v1/namespaces/{namespace_id}/releases/{release_id}/cancel', {
    path: { ...path, release_id: id },
    body: { reason: 'Not today' },
  });
  return id;
}

/** Returns the values for `{…}` in paths. Creates a later call, a release, and what features show. */
export async function pageIds({ local }: Pick<ConsoleScene, 'local'>): Promise<Record<string, string>> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const path = { namespace_id: local.namespace_id };
  const deployments = await client.get('/v1/namespaces/{namespace_id}/deployments', {
    path,
    query: { status: 'failed' },
  });
  const rejected = await client.get('/v1/events', { query: { type: 'upload.rejected' } });
  return {
    call: await endedCall({ local }),
    namespace: local.namespace_id,
    release: await endedRelease({ local }),
    failed: deployments.results[0]?.deployment_id ?? '',
    rejected: rejected.results[0]?.subject_id ?? '',
    ...(await idsOfFeatures({ local }, client)),
  };
}

export async function open(
  page: Page,
  { path, shown, isLive }: ConsolePage,
  ids: Record<string, string>,
): Promise<void> {
  await page.goto(filled(path, ids));
  await page.getByRole('main').getByText(shown).first().waitFor();
  if (!isLive) await page.waitForLoadState('networkidle');
}
