// Defines `slipway status`, which shows what needs the user or the state of a plugin's versions, and `slipway log`, which shows their
// history.
import type { components } from '../../client/api.gen.d.ts';
import { heldGpusWords } from '../../contract/plugin/gpu-words.ts';
import { clusterWords, statusWords, versionWord } from '../../contract/state-words.ts';
import { type PageOptions, pageJson, pageNotes, pageOptions, pageQuery } from '../arguments/paging.ts';
import { serverCommand } from '../command/command.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import type { FoundPlugin } from '../plugins/plugin-ref.ts';
import { markedState, type Overview, readOverviews } from '../plugins/version-states.ts';
import { withdrawalWarnings, withdrawnSuffix } from '../plugins/withdrawal-text.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type PluginVersion = components['schemas']['PluginVersion'];

async function overviewOf(connection: Connection, name: string, kind = 'extractor'): Promise<Overview | undefined> {
  return (await readOverviews(connection, name)).get(`${kind} ${name}`);
}

type Instance = NonNullable<NonNullable<components['schemas']['PluginStatus']['serving']>['instance']>;

export const status = serverCommand({
  name: 'status',
  summary: "show what needs you, or the state of a plugin's versions",
  description:
    'Without a plugin, lists what needs you, each with the command that does it. With one, shows the state of every version, why deployments failed, and how often the live version restarted.',
  arguments: { '[plugin]': 'NAME, or . for the plugin in this folder' },
  options: { '--dismiss <id>': 'hide this from you until it changes', ...kindOption, ...pageOptions },
  examples: [
    'slipway status                         what needs you',
    'slipway status my_plugin',
    'slipway status .                       the plugin in the current folder',
    'slipway status upper                   an installed Go plugin',
  ],
  async run(connection, { plugin }, { dismiss, kind, namespace, ...page }) {
    if (plugin === undefined && kind === undefined) {
      const { dismissNeed, showNeeds } = await import('./needs.ts');
      return dismiss === undefined ? showNeeds(connection, namespace) : dismissNeed(connection, dismiss);
    }
    if (dismiss !== undefined)
      throw new Failure('usage', '--dismiss hides what `slipway status` lists', { hint: 'Leave out the plugin.' });
    const ref = plugin === '.' ? undefined : plugin;
    const { byKind } = await import('../any-kind/by-kind.ts');
    return byKind(connection, ref, kind, {
      extractor: async () => {
        const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
        const plugin = { connection, kind: {}, ...(await parsePluginRef(ref)) };
        return versionsResult(plugin, page, async ({ name, results: versions }) => {
          const serving = versions.find(({ serves_name }) => serves_name);
          const overview = serving ? await overviewOf(connection, name) : undefined;
          const instance = serving ? await instanceOf(connection, serving.plugin_id) : null;
          const note = serving && instance ? await instanceLine(serving.version, instance) : '';
          const retry = await retryLines(connection, versions);
          return { json: { instance }, text: `${formatStatus(versions, overview, instance)}${retry}${note}` };
        });
      },
      go: async (goKind, name) => {
        const { pluginResult } = await import('../go-plugins/installed.ts');
        return pluginResult(connection, goKind, name);
      },
    });
  },
});

export const log = serverCommand({
  name: 'log',
  summary: 'show the history of a plugin',
  description:
    'Lists the versions and rollbacks of a plugin, newest first, with date, author and message. `slipway logs` shows its output.',
  arguments: { '[plugin]': 'NAME (default: the plugin in this folder)' },
  options: { ...kindOption, ...pageOptions },
  examples: ['slipway log my_plugin', 'slipway logs my_plugin                 what the plugin prints'],
  async run(connection, { plugin: ref }, { kind, ...page }) {
    const { forPlugin } = await import('../any-kind/by-kind.ts');
    const { formatHistory } = await import('./history.ts');
    return forPlugin(connection, ref, kind, async (plugin) =>
      versionsResult(plugin, page, async (answer) => {
        const ofKind = plugin.kind.kind ?? 'extractor';
        const overview =
          answer.results.length > 0 ? await overviewOf(plugin.connection, answer.name, ofKind) : undefined;
        return { json: {}, text: formatHistory(answer, { overview, isFirst: page.cursor === undefined }) };
      }),
    );
  },
});

/** `render` returns the text, and the fields to add to the response's JSON. */
async function versionsResult(
  plugin: FoundPlugin,
  page: PageOptions,
  render: (answer: components['schemas']['PluginVersions']) => Promise<{ json: object; text: string }>,
): Promise<CommandResult> {
  const { readHistory } = await import('../plugins/plugin-ref.ts');
  const answer = await readHistory(plugin, pageQuery(page));
  const { pagination, results, ...facts } = answer;
  const nextCursor = pagination.next_cursor;
  const { json, text } = await render(answer);
  return { json: { ...facts, ...json, ...pageJson(results, nextCursor) }, text, notes: pageNotes(nextCursor) };
}

async function instanceOf({ client, namespaceId }: Connection, plugin_id: string) {
  const path = { namespace_id: await namespaceId(), plugin_id };
  const { serving } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', { path });
  return serving?.instance ?? null;
}

/** Explains why versions with failed deployment attempts are not live yet. */
async function retryLines({ client, namespaceId }: Connection, versions: PluginVersion[]): Promise<string> {
  const tried = versions.filter(({ error, status }) => error !== null && status !== 'FAILED');
  const lines = tried.map(async ({ plugin_id, version }) => {
    const path = { namespace_id: await namespaceId(), plugin_id };
    const { error, message, retry } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/status', {
      path,
    });
    if (!retry || error === null) return '';
    const next =
      retry.next_attempt_at === null ? 'in progress' : `the next one is due ${formatTime(retry.next_attempt_at)}`;
    const attempts = `attempt ${retry.attempts} of ${retry.attempts_max}, ${next}`;
    return `\n! ${version} ${printable(message ?? '')} (${attempts}): ${printable(error)}\n`;
  });
  return (await Promise.all(lines)).join('');
}

async function instanceLine(
  version: string,
  { cluster, container, error, fleet, gpus, restarts, state }: Instance,
): Promise<string> {
  const { formatFleet } = await import('../deployments/fleet.ts');
  const instances = fleet ? `\n${formatFleet(fleet)}` : '';
  const place = container === undefined ? '' : `It shares the container ${container}.\n`;
  const onRay = cluster ? `It runs on the Ray cluster ${clusterWords(cluster)}.\n` : '';
  const held = gpus ? `It holds ${printable(heldGpusWords(gpus))}.\n` : '';
  return `${instances}${place}${onRay}${held}${await faultLine(version, { error, restarts, state })}`;
}

async function faultLine(
  version: string,
  { error, restarts, state }: Pick<Instance, 'error' | 'restarts' | 'state'>,
): Promise<string> {
  if (state === 'failing') return `\n! ${version} does not start: ${printable(error ?? 'no reason is known')}\n`;
  if (state === 'unknown') return `\n! ${version}: its builder does not respond\n`;
  if (!restarts) return '';
  const { formatRestarts } = await import('../deployments/fleet.ts');
  return `\n! ${version} ${formatRestarts(restarts, state === 'running')}\n`;
}

function formatStatus(versions: PluginVersion[], plugin: Overview | undefined, instance: Instance | null): string {
  const answers = instance?.state !== 'failing' && instance?.state !== 'unknown';
  const rows = versions.map(({ serves_name: servesName, status, ...version }) => {
    const word = versionWord({ ...version, servesName, plugin }, statusWords[status]);
    const state = servesName && !answers ? `! ${word}, does not respond` : markedState(word);
    return [version.version, `${state}${withdrawnSuffix(version)}`, formatTime(version.deployed_at)];
  });
  const failures = versions.flatMap(({ error, status, version }) =>
    error === null || status !== 'FAILED' ? [] : [`\n✗ ${version} failed: ${printable(error)}\n`],
  );
  const warnings = versions.flatMap((one) => withdrawalWarnings(one.version, one));
  const withdrawn = warnings.length > 0 ? [`\n${warnings.join('\n')}\n`] : [];
  return `${table([['VERSION', 'STATE', 'DEPLOYED'], ...rows])}${[...withdrawn, ...failures].join('')}`;
}
