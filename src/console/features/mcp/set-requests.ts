// Requests and commands that change sets of tools.
import { apiRequest } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import type { ToolSet } from './queries.ts';

export type SetContent = Pick<ToolSet, 'description' | 'requires_approval' | 'tools'>;

const setPath = '/v1/namespaces/{namespace_id}/tool-sets/{name}';

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
