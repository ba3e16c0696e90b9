// Defines `slipway tools`: list, show, set and delete sets of tools, which agents call by the Model Context Protocol.
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { components } from '../../../client/api.gen.d.ts';
import { servedKinds } from '../../../contract/plugin/go-kinds.ts';
import { pageQuery, pageResult } from '../../arguments/paging.ts';
import { commandGroup, serverCommand } from '../../command/command.ts';
import type { CommandResult } from '../../command/context.ts';
import type { Connection } from '../../connection/connect.ts';
import { formatTime } from '../../terminal/duration.ts';
import { table } from '../../terminal/table.ts';
import { printable } from '../../terminal/terminal-text.ts';
import { textChangeLines } from '../../terminal/text-changes.ts';

const path = '/v1/namespaces/{namespace_id}/tool-sets/{name}';
/** Path of the users' own JSON. */
const texts = 'tools.*.parameters';

type ToolSet = WithTexts<components['schemas']['ToolSet'], typeof texts>;

const list = serverCommand({
  name: 'list',
  description: "Lists the namespace's tool sets.",
  isPaged: true,
  examples: ['slipway tools list'],
  async run({ client, namespaceId }, _, page) {
    const { results, pagination } = await client.exact(
      'get',
      '/v1/namespaces/{namespace_id}/tool-sets',
      `results.*.${texts}`,
      { path: { namespace_id: await namespaceId() }, query: pageQuery(page) },
    );
    const rows = results.map((set) => [
      set.name,
      String(set.tools.length),
      set.requires_approval ? 'required' : '-',
      formatTime(set.updated_at),
      set.description ?? '-',
    ]);
    const text =
      rows.length === 0
        ? 'No tool sets. Create one with `slipway tools set NAME --plugin PLUGIN`.\n'
        : table([['SET', 'TOOLS', 'APPROVAL', 'SET AT', 'DESCRIPTION'], ...rows]);
    return pageResult(results, pagination.next_cursor, text);
  },
});

const show = serverCommand({
  name: 'show',
  summary: 'show a tool set and its MCP URL',
  description: 'Shows a tool set with its MCP URL. Connect an agent to the URL with an API key.',
  arguments: { '<name>': "the set's name" },
  examples: ['slipway tools show research'],
  async run({ client, namespaceId }, { name }) {
    const set = await client.exact('get', path, texts, { path: { namespace_id: await namespaceId(), name } });
    return { json: set, text: formatSet(set) };
  },
});

const set = serverCommand({
  name: 'set',
  summary: 'create or replace a tool set',
  description: 'Creates a tool set, or replaces all of it.',
  arguments: { '<name>': "the set's name, such as research" },
  options: {
    '--plugin <plugin...>': 'a plugin to offer: NAME, NAME@VERSION, each optionally with =TOOL, the name for agents',
    '--kind <kind>': { description: "the plugins' kind", choices: servedKinds, default: 'extractor' },
    '--describe <tool=text...>': "what a tool does, in place of the plugin's own description",
    '--parameters <tool=json...>': 'fixed parameters of a tool; @FILE reads them from a file',
    '--description <text>': 'what the set is for',
    '--require-approval': 'offer only versions that a person approved',
    '--file <file>': {
      description: "a JSON file in the shape of the API's request, instead of the other options",
      conflicts: ['plugin', 'kind', 'describe', 'parameters', 'description', 'requireApproval'],
    },
  },
  examples: [
    'slipway tools set research --plugin paper_search=find_papers ocr@1.2.0',
    'slipway tools set scans --plugin ocr --parameters ocr=@german.json',
    'slipway tools set research --file research.json',
  ],
  async run({ client, namespaceId }, { name }, { file, ...options }) {
    const { readToolSet, toolSetOf } = await import('./tool-set.ts');
    const body = file === undefined ? await toolSetOf(options) : await readToolSet(file);
    const written = await client.exact('put', path, texts, { path: { namespace_id: await namespaceId(), name }, body });
    return { json: written, text: `✓ ${written.pending ? 'proposed' : 'set'} ${written.name}\n${formatSet(written)}` };
  },
});

const remove = serverCommand({
  name: 'delete',
  description: 'Deletes a tool set. Its plugins stay.',
  arguments: { '<name>': "the set's name" },
  examples: ['slipway tools delete research'],
  confirm: ({ name }) => `Delete the tool set ${name}`,
  async run({ client, namespaceId }, { name }) {
    const answer = await client.delete(path, { path: { namespace_id: await namespaceId(), name } });
    return { json: answer, text: `✓ deleted ${answer.name}\n` };
  },
});

const decision = {
  arguments: { '<name>': "the set's name" },
  options: {
    '--sha256 <digest>': { description: 'the digest that `slipway tools show` printed', required: true },
    '--note <text>': 'why, for the history',
  },
} as const;

const approve = serverCommand({
  name: 'approve',
  summary: 'approve what was proposed for a tool set',
  description: 'Approves what another person proposed for a tool set, where the namespace demands approval.',
  ...decision,
  examples: ['slipway tools approve research --sha256 3f1c…'],
  run: (connection, { name }, options) => decide(connection, 'approve', name, options),
});

const reject = serverCommand({
  name: 'reject',
  summary: 'reject what was proposed for a tool set',
  description: 'Rejects what another person proposed for a tool set. Agents keep what they have.',
  ...decision,
  examples: ["slipway tools reject research --sha256 3f1c… --note 'Reads secrets'"],
  run: (connection, { name }, options) => decide(connection, 'reject', name, options),
});

async function decide(
  { client, namespaceId }: Connection,
  verb: 'approve' | 'reject',
  name: string,
  { note, sha256 }: { sha256: string; note?: string },
): Promise<CommandResult> {
  const options = { path: { namespace_id: await namespaceId(), name }, body: { sha256, note } };
  const decided = await client.exact('post', `${path}/${verb}`, texts, options);
  return { json: decided, text: `✓ ${verb === 'approve' ? 'approved' : 'rejected'} ${name}\n${formatSet(decided)}` };
}

export const tools = commandGroup({ name: 'tools', summary: 'offer plugins as tools to agents (MCP)' }, [
  list,
  show,
  set,
  approve,
  reject,
  remove,
]);

function formatSet(set: ToolSet): string {
  const rows = set.tools.map(({ description, kind, name, parameters, plugin, version }) => [
    name,
    version === null ? plugin : `${plugin}@${version}`,
    kind,
    parameters?.text ?? '-',
    description ?? "the plugin's own",
  ]);
  const head = table([
    ['set', set.name],
    ['description', set.description ?? '-'],
    ['approval', set.requires_approval ? 'only approved versions' : 'not required'],
    ['MCP URL', set.mcp_url],
  ]);
  return `${head}\n${table([['TOOL', 'PLUGIN', 'KIND', 'PARAMETERS', 'DESCRIPTION'], ...rows])}${formatPending(set)}`;
}

/** Formats what waits for approval, with the digest that a decision names. */
function formatPending({ name, pending }: ToolSet): string {
  if (!pending) return '';
  const { changes, proposed_at, proposed_by, sha256 } = pending;
  const by = printable(proposed_by.name ?? `${proposed_by.type} ${proposed_by.id}`);
  const lines = textChangeLines(changes.map(({ from, to, where }) => ({ where, v1: from, v2: to })));
  return `
waits for approval: proposed by ${by}, ${formatTime(proposed_at)}
${lines}another person approves it: slipway tools approve ${name} --sha256 ${sha256}
`;
}
