// Requests and commands that change sets of tools.
import { z } from 'zod/mini';
import { servedKinds } from '../../../contract/plugin/go-kinds.ts';
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { jsonTextIn } from '../../parts/actions/json-field.tsx';
import { readText } from '../../parts/form.tsx';
import type { ToolSet } from './queries.ts';

export type Tool = ToolSet['tools'][number];

/** A tool's fields in the form. Their names end in its number. */
export interface ToolRow {
  id: number;
  /** The tool as it was, if the set had it. */
  tool: Tool | undefined;
}

type SetContent = Pick<ToolSet, 'description' | 'requires_approval' | 'tools'>;

const setPath = '/v1/namespaces/{namespace_id}/tool-sets/{name}';

export const fixedParameters = z.record(z.string(), z.unknown());

/** Returns the set's content in the form. A row without a plugin is left out. */
export function contentIn(form: FormData, rows: readonly ToolRow[]): SetContent {
  return {
    description: readText(form, 'description') || null,
    requires_approval: form.has('approval'),
    tools: rows.flatMap((row) => toolIn(form, row)),
  };
}

function toolIn(form: FormData, { id, tool }: ToolRow): Tool[] {
  const { kind, plugin } = readPlugin(readText(form, `plugin-${id}`));
  if (kind === undefined) return [];
  const isSame = tool?.plugin === plugin && tool.kind === kind;
  return [
    {
      name: readText(form, `name-${id}`) || plugin.replaceAll(/[^\w-]/g, '_'),
      plugin,
      kind,
      version: readText(form, `version-${id}`) || null,
      title: isSame ? tool.title : null,
      description: readText(form, `description-${id}`) || null,
      parameters: jsonTextIn(form, `parameters-${id}`, fixedParameters) ?? null,
    },
  ];
}

/** Writes a plugin as a choice's value: `extractor echo`. */
export function pluginValue({ kind, plugin }: Pick<Tool, 'kind' | 'plugin'>): string {
  return `${kind} ${plugin}`;
}

/** Reads a choice's value. Without a choice, the kind is undefined. */
export function readPlugin(value: string): { kind: Tool['kind'] | undefined; plugin: string } {
  const [first, plugin = ''] = value.split(' ');
  return { kind: servedKinds.find((kind) => kind === first), plugin };
}

export function putSet(namespace_id: string, name: string, content: SetContent) {
  return apiRequest('put', setPath, { path: { namespace_id, name }, body: content });
}

export function removeSet(namespace_id: string, name: string) {
  return apiRequest('delete', setPath, { path: { namespace_id, name } });
}

/** Returns the command that puts the set. Undefined if only a request can: with titles, or plugins of several kinds. */
export function setCommand(namespace: string, name: string, content: SetContent): string | undefined {
  const { description, requires_approval, tools } = content;
  const kind = tools[0]?.kind ?? 'extractor';
  if (tools.some((tool) => tool.kind !== kind || tool.title !== null)) return undefined;
  return slipway(['tools', 'set', name], {
    plugin: tools.map(
      ({ name: tool, plugin, version }) =>
        `${plugin}${version === null ? '' : `@${version}`}${tool === plugin ? '' : `=${tool}`}`,
    ),
    kind: kind === 'extractor' ? null : kind,
    describe: tools.flatMap((tool) => (tool.description === null ? [] : `${tool.name}=${tool.description}`)),
    parameters: tools.flatMap((tool) => (tool.parameters === null ? [] : `${tool.name}=${tool.parameters.text}`)),
    description,
    'require-approval': requires_approval,
    namespace,
  });
}
