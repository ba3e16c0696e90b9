// Defines `slipway quarantine`, with which operators forbid content everywhere in the installation.
import { adminCommand, commandGroup } from '../command/command.ts';
import { adminListCommand } from '../command/list-command.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

const add = adminCommand({
  name: 'add',
  summary: 'forbid to deploy or download content',
  description:
    'Forbids to deploy, download or publish again everything with this digest, and the same files packed otherwise. What is live keeps serving unless you pass --drain. The authors are notified. Needs the admin token.',
  arguments: { '<sha256>': "a version's code_hash or files_sha256, or an agent plugin's checksum" },
  options: {
    '--reason <text>': { description: 'why; the authors read it', required: true },
    '--objection <text>': { description: 'how the authors can object', required: true },
    '--drain': 'also undeploy what is live',
  },
  examples: [
    "slipway quarantine add 8d51d573… --reason 'Sends its inputs away.' --drain \\",
    "    --objection 'Write to security@example.com.'",
  ],
  async run({ client }, { sha256 }, { drain = false, ...texts }) {
    const body = { ...texts, drain };
    const path = { sha256: digestOf(sha256) };
    const put = () => client.put('/v1/admin/quarantines/{sha256}', { path, body });
    let result = await put();
    // A request changes a limited number.
    const isLeft = () => result.items.some(({ quarantined }) => quarantined?.reason !== texts.reason);
    while (isLeft()) result = await put();
    const rows = result.items.map(({ kind, live, organization_id, plugin_id }) => [
      plugin_id,
      kind,
      organization_id ?? 'removed',
      live.length === 0 ? 'not live' : `live in ${live.map(({ namespace_id }) => namespace_id).join(', ')}`,
    ]);
    return { json: result, text: `✓ quarantined\n${table([['PLUGIN', 'KIND', 'ORGANIZATION', 'STATE'], ...rows])}` };
  },
});

const lift = adminCommand({
  name: 'lift',
  summary: 'lift a quarantine',
  description: 'Lifts a quarantine. It redeploys nothing. Needs the admin token.',
  arguments: { '<sha256>': 'the digest' },
  examples: ['slipway quarantine lift 8d51d573…'],
  async run({ client }, { sha256: given }) {
    const sha256 = digestOf(given);
    await client.delete('/v1/admin/quarantines/{sha256}', { path: { sha256 } });
    return { json: { sha256, quarantined: null }, text: `✓ lifted the quarantine of ${sha256}\n` };
  },
});

const list = adminListCommand({
  name: 'list',
  summary: 'list what is quarantined',
  description: 'Lists everything that is quarantined, by digest. Needs the admin token.',
  examples: ['slipway quarantine list'],
  fetch: ({ client }, query) => client.get('/v1/admin/quarantines', { query }),
  empty: 'Nothing is quarantined.',
  head: ['SHA-256', 'PLUGIN', 'KIND', 'ORGANIZATION', 'SINCE', 'REASON'],
  row: ({ kind, organization_id, plugin_id, quarantined, sha256 }) => [
    sha256,
    plugin_id,
    kind,
    organization_id ?? 'removed',
    quarantined ? formatTime(quarantined.at) : '-',
    printable(quarantined?.reason ?? '-'),
  ],
});

export const quarantine = commandGroup({ name: 'quarantine', summary: 'forbid content everywhere (operators)' }, [
  add,
  lift,
  list,
]);

/** Agent plugins' checksums are written with their algorithm. */
function digestOf(text: string): string {
  return text.replace(/^sha256:/, '');
}
