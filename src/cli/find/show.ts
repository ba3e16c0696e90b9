// Defines `slipway show`, which shows the details of a version.
import type { components } from '../../client/api.gen.d.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import { formatBytes } from '../../core/quantities.ts';
import { serverCommand } from '../command/command.ts';
import type { AddCommand, CommandResult, ShowView } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { formatCounts } from '../plugins/affected-versions.ts';
import { withdrawalRows } from '../plugins/withdrawal-text.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type PluginEnvironment = components['schemas']['PluginEnvironment'];
type PluginDocument = components['schemas']['PluginDocument'];

export const show: AddCommand = (parent, context) =>
  showCommand(context.features.flatMap(({ views = [] }) => views))(parent, context);

function showCommand(views: readonly ShowView[]): AddCommand {
  return serverCommand({
    name: 'show',
    summary: 'show one version of a plugin',
    description: 'Shows the details of a version.',
    arguments: { '[plugin]': 'NAME or NAME@VERSION (default: the plugin in this folder)' },
    options: {
      ...kindOption,
      '--advisories <file>': 'known vulnerabilities in the OSV format, to check the locked packages against',
      '--openapi': {
        description: 'print the OpenAPI document of the version that serves the name, for generators of clients',
        conflicts: ['advisories', 'readme'],
      },
    },
    featureOptions: Object.fromEntries(views.flatMap(({ definition }) => Object.entries(definition))),
    examples: [
      'slipway show my_plugin                 the live version, if there is one',
      'slipway show my_plugin@1.0.0',
      'slipway show my_plugin --advisories osv.json',
      'slipway show my_plugin --openapi > my_plugin.json',
      'slipway show upper                     an installed Go plugin',
    ],
    async run(connection, { plugin: ref }, options) {
      const { advisories, kind, openapi } = options;
      if (openapi === true) return showOpenApi(connection, ref);
      const { byKind, forPlugin } = await import('../any-kind/by-kind.ts');
      const chosen = new Set(Object.keys(options));
      const view = views.find(({ option }) => chosen.has(option));
      if (view) return forPlugin(connection, ref, kind, (plugin) => view.show(plugin));
      const { pluginResult } = await import('../go-plugins/installed.ts');
      return byKind(connection, ref, kind, {
        extractor: () => showVersion(connection, ref, advisories),
        go: (goKind, name) => pluginResult(connection, goKind, name),
      });
    },
  });
}

async function showOpenApi(connection: Connection, ref: string | undefined): Promise<CommandResult> {
  const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const { name, version } = await parsePluginRef(ref);
  if (ref !== undefined && version !== undefined)
    throw new Failure('usage', '--openapi describes the version that serves the name', { hint: `Write ${name}.` });
  const path = { namespace_id: await connection.namespaceId(), slug: name };
  const route = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/openapi.json';
  const document = await connection.client.get(route, { path });
  return { json: document, text: `${JSON.stringify(document, null, 2)}\n` };
}

async function showVersion(
  connection: Connection,
  ref: string | undefined,
  advisoriesFile: string | undefined,
): Promise<CommandResult> {
  const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const { resolveVersion } = await import('../plugins/plugin-ref.ts');
  const { pluginId } = await resolveVersion(connection, await parsePluginRef(ref));
  const { advisoriesFor, formatAdvisory, readAdvisories } = await import('../plugins/advisories.ts');
  const records = advisoriesFile === undefined ? undefined : readAdvisories(advisoriesFile);
  const { client } = connection;
  const path = { namespace_id: await connection.namespaceId(), plugin_id: pluginId };
  const { plugin } = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path });
  if (!plugin.manifest?.dependencies.length) return { json: plugin, text: table(versionRows(plugin)) };
  const environment = await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/environment', { path });
  const advisories = records && advisoriesFor(records, environment.lock?.packages ?? []);
  const known = advisories?.map((advisory) => `! ${printable(formatAdvisory(advisory))}\n`) ?? [];
  const none = advisories?.length === 0 ? 'no known vulnerabilities in the locked packages\n' : '';
  return {
    json: { ...plugin, environment, ...(advisories ? { advisories } : {}) },
    text: `${table([...versionRows(plugin), ...environmentRows(environment)])}${known.join('')}${none}`,
  };
}

function environmentRows({ environments, lock }: PluginEnvironment): string[][] {
  const packages = lock?.packages.map(({ marker, name, version }) =>
    marker === null ? `${name} ${version}` : `${name} ${version} (${marker})`,
  );
  const rows = environments.map(({ files, platform, python, size_bytes }) => [
    'installed',
    `Python ${python}, ${platform}: ${formatBytes(size_bytes)} in ${files} files`,
  ]);
  return [['locked', packages?.join(', ') ?? 'at the first realtime deployment'], ...rows];
}

function formatPermissions({ requested, missing }: PluginDocument['permissions']): string[][] {
  if (!requested) return [];
  const refused = listPermissions(missing ?? {});
  return listPermissions(requested).map((one, i) => [
    i === 0 ? 'asks for' : '',
    `${one}${refused.includes(one) ? ' (not granted)' : ''}`,
  ]);
}

function approvalRows({
  approval,
  stage,
  staged_until,
}: Pick<PluginDocument, 'approval' | 'stage' | 'staged_until'>): string[][] {
  if (stage === 'staged') return [['approval', `waits for it until ${formatTime(staged_until)}`]];
  if (!approval) return [];
  const note = approval.note === null ? '' : `: ${printable(approval.note)}`;
  return [
    ['approval', `${stage} by ${printable(approval.by.name ?? approval.by.id)}, ${formatTime(approval.at)}${note}`],
  ];
}

function advisoryRows({ advisories, name }: Pick<PluginDocument, 'advisories' | 'name'>): string[][] {
  const counts = formatCounts(advisories);
  return counts === '' ? [] : [['advisories', `${counts}: slipway advisories --plugin ${name}`]];
}

function versionRows({ manifest, ...plugin }: PluginDocument): string[][] {
  const features = manifest?.features.map(
    ({ distance_metric, embedding_dim, feature_name }) => `${feature_name} (${embedding_dim}, ${distance_metric})`,
  );
  return [
    ['plugin', `${plugin.name} ${plugin.version}`],
    ['id', plugin.plugin_id],
    ['description', plugin.description ?? '-'],
    ['feature uri', plugin.feature_uri],
    ['deployed', plugin.deployed ? formatTime(plugin.deployed_at) : 'not deployed'],
    ['published', formatTime(plugin.created_at)],
    ...withdrawalRows(plugin),
    ...approvalRows(plugin),
    ['message', plugin.message ?? '-'],
    ['size', `${plugin.size_bytes} bytes`],
    ['sha256', plugin.code_hash],
    ['files sha256', plugin.files_sha256 ?? '-'],
    ['category', manifest?.category ?? '-'],
    ...(manifest?.tags?.length ? [['tags', manifest.tags.join(', ')]] : []),
    ['features', features?.join(', ') || '-'],
    ['dependencies', manifest?.dependencies.join(', ') || '-'],
    ...advisoryRows(plugin),
    ...formatPermissions(plugin.permissions),
  ];
}
