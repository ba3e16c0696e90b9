// Defines `slipway agents`, for the agent plugin registry: versions with an artifact's URL and checksum.
import type { components } from '../../../client/api.gen.d.ts';
import { verificationWords } from '../../../contract/features/agents/states.ts';
import { pageOptions, pageQuery, pageResult } from '../../arguments/paging.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { register } from './agent-registration.ts';

type AgentPlugin = components['schemas']['AgentPlugin'];

const list = serverCommand({
  name: 'list',
  summary: 'list versions',
  description: 'Lists versions of all organizations, newest first.',
  options: {
    '--type <type>': { description: 'only this type', choices: ['log', 'metric', 'trace'] },
    '--search <text>': 'only names that contain this',
    '--yanked': 'withdrawn versions, too',
    ...pageOptions,
  },
  examples: ['slipway agents list --type log'],
  async run({ client }, _, { search, type, yanked, ...page }) {
    const includeYanked = yanked && ('true' as const);
    const query = { ...pageQuery(page), pluginType: type, q: search, includeYanked };
    const { nextCursor, plugins } = await client.get('/api/v1/plugins', { query });
    return pageResult(plugins, nextCursor, formatList(plugins));
  },
});

const show = serverCommand({
  name: 'show',
  description: 'Shows a version.',
  arguments: { '<id>': 'version ID' },
  examples: ['slipway agents show plg_…'],
  async run({ client }, { id }) {
    const plugin = await client.get('/api/v1/plugins/{id}', { path: { id } });
    return { json: plugin, text: formatPlugin(plugin) };
  },
});

const agents = commandGroup({ name: 'agents', summary: 'register and list agent plugins' }, [list, show, register]);

function formatList(plugins: AgentPlugin[]): string {
  if (plugins.length === 0) return 'No agent plugins. Register one with `slipway agents register`.\n';
  const rows = plugins.map(({ id, name, pluginType, version, ...plugin }) => [
    name,
    version,
    pluginType,
    stateOf(plugin),
    id,
  ]);
  return table([['PLUGIN', 'VERSION', 'TYPE', 'STATE', 'ID'], ...rows]);
}

function stateOf({ deprecation, verification, yanked }: Pick<AgentPlugin, 'deprecation' | 'verification' | 'yanked'>) {
  if (yanked) return 'withdrawn';
  const word = verificationWords[verification];
  return deprecation === null ? word : `${word}, deprecated`;
}

function formatPlugin(plugin: AgentPlugin): string {
  const { failure, message } = plugin.verificationDetails;
  const labels = Object.entries(plugin.labels).map(([name, value]) => `${name}=${value}`);
  return table([
    ['plugin', `${plugin.name} ${plugin.version}`],
    ['id', plugin.id],
    ['type', plugin.pluginType],
    ['runtime', plugin.pluginRuntime],
    ['state', stateOf(plugin)],
    ...(failure === null ? [] : [['', message ?? failure]]),
    ['artifact', plugin.artifactUrl],
    ['checksum', plugin.checksum],
    ['copy', plugin.mirrored ? 'Slipway has one' : '-'],
    ['registered', formatTime(plugin.registeredAt)],
    ['description', plugin.description ?? '-'],
    ['labels', labels.join(', ') || '-'],
    ...(plugin.deprecation === null ? [] : [['deprecated', plugin.deprecation]]),
  ]);
}

export const feature = defineCliFeature({ commands: [{ add: agents, after: 'uninstall' }] });
