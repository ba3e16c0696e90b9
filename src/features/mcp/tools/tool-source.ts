// Finds tools: all live plugins of a namespace, or those of a set.
import type { Actor } from '../../../access/actor.ts';
import { toolName } from '../../../contract/features/mcp/tool-sets.ts';
import { formatVersion, formatVersionSlug, parseVersion } from '../../../contract/plugin/manifest.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import type { JsonText } from '../../../core/json/text.ts';
import { Problem } from '../../../core/problem.ts';
import type { CallDeps } from '../../../serve/points.ts';
import { findRoute } from '../../../serve/route.ts';
import type { Callee } from '../../../serve/route-lookup.ts';
import type { Tool, ToolSet } from '../sets/tool-sets.ts';
import { type LiveVersion, liveOfPlugins, pageOfLive } from './live-versions.ts';
import { pluginOfTool, type ToolWords, toolNameOf } from './tools.ts';

/** Where the tools are looked for, and for whom. */
export interface ToolPlace {
  deps: CallDeps;
  actor: Actor;
  namespaceId: NamespaceId;
}

export interface FoundTool {
  words: ToolWords;
  version: LiveVersion;
}

/** How a tool is called. */
export interface ToolTarget {
  callee: Callee;
  fixed: JsonText | null;
}

export interface ToolSource {
  /** Says what the tools are for. */
  instructions: string | undefined;
  /** Returns the tools after the cursor. */
  page(cursor: string | undefined, limit: number): Promise<{ tools: FoundTool[]; next: string | undefined }>;
  /** Returns the tool, with the version that it names now. */
  find(name: string): Promise<FoundTool | undefined>;
  /** Returns undefined if there is no such tool. */
  target(name: string): Promise<ToolTarget | undefined>;
}

/** Returns all live plugins of a namespace as tools. */
export function namespaceTools(place: ToolPlace): ToolSource {
  const { actor, deps, namespaceId } = place;
  const found = (version: LiveVersion): FoundTool => ({ version, words: ownWords(version) });
  return {
    instructions: undefined,
    page: async (cursor = '', limit) => {
      const rows = await pageOfLive(deps, actor, namespaceId, { after: cursor, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      // Many models take no other names, and their clients send all tools or none.
      const tools = shown.map(found).filter(({ words }) => toolName.safeParse(words.name).success);
      return { tools, next: rows.length > limit ? shown.at(-1)?.place : undefined };
    },
    find: async (name) => {
      const plugin = pluginOfTool(name);
      const { named } = await liveOfPlugins(deps, actor, namespaceId, [plugin.name]);
      const version = named.find(({ kind }) => kind === plugin.kind);
      return version && found(version);
    },
    target: async (name) => {
      const { kind, name: plugin } = pluginOfTool(name);
      return targetOf(place, { kind, plugin, version: null, parameters: null });
    },
  };
}

function ownWords({ kind, name }: LiveVersion): ToolWords {
  const named = { kind: kind === 'agent' ? 'extractor' : kind, name } as const;
  return { name: toolNameOf(named), title: null, description: null, hasFixedParameters: false };
}

/** Returns a set's tools: those whose plugins are live and, if the set demands it, approved. */
export function toolsOfSet(place: ToolPlace, { description, requiresApproval, tools }: ToolSet): ToolSource {
  const { actor, deps, namespaceId } = place;
  const isAllowed = ({ stage }: LiveVersion) => !requiresApproval || stage === 'approved';
  const foundOf = async (some: typeof tools) => {
    const names = some.map(({ plugin }) => plugin);
    const live = await liveOfPlugins(deps, actor, namespaceId, [...new Set(names)]);
    return some.flatMap((tool): FoundTool[] => {
      const version = versionOf(tool, live);
      const { description, name, parameters, title } = tool;
      const words = { name, title, description, hasFixedParameters: parameters !== null };
      return version && isAllowed(version) ? [{ words, version }] : [];
    });
  };
  const find = async (name: string) => (await foundOf(tools.filter((tool) => tool.name === name)))[0];
  return {
    instructions: description ?? undefined,
    page: async (cursor, limit) => {
      const last = tools.findIndex(({ name }) => name === cursor);
      if (cursor !== undefined && last < 0) throw lostPlace();
      const found = await foundOf(tools.slice(last + 1));
      const shown = found.slice(0, limit);
      return { tools: shown, next: found.length > limit ? shown.at(-1)?.words.name : undefined };
    },
    find,
    target: async (name) => {
      const tool = tools.find((one) => one.name === name);
      if (!tool) return undefined;
      if (!requiresApproval) return targetOf(place, tool);
      // By its number, since a release could draw its candidate, and another version could serve the name meanwhile.
      const found = await find(name);
      return found && targetOf(place, { ...tool, version: formatVersion(found.version) });
    },
  };
}

function lostPlace(): Problem {
  return new Problem('invalid-request', 'The set has changed, and no longer has the last tool of the page before', {
    hint: 'List again without a cursor.',
  });
}

function versionOf(tool: Tool, { named, pinned }: Awaited<ReturnType<typeof liveOfPlugins>>): LiveVersion | undefined {
  const isPlugin = ({ kind, name }: LiveVersion) => kind === tool.kind && name === tool.plugin;
  if (tool.version === null) return named.find(isPlugin);
  return pinned.find((one) => isPlugin(one) && formatVersion(one) === tool.version);
}

type Called = Pick<Tool, 'kind' | 'plugin' | 'version' | 'parameters'>;

/** Go plugins live in the organization's default namespace, and are tools of that one only. */
async function targetOf(
  { actor, deps, namespaceId }: ToolPlace,
  { kind, parameters: fixed, plugin: name, version }: Called,
): Promise<ToolTarget | undefined> {
  const numbers = version === null ? undefined : parseVersion(version);
  if (kind === 'extractor' && numbers)
    return { callee: { by: 'version', namespaceId, pluginId: formatVersionSlug(name, numbers) }, fixed };
  if (kind === 'extractor') return { callee: { by: 'name', namespaceId, name }, fixed };
  const callee = { by: 'kind', kind, name } as const;
  const route = await findRoute(deps, actor, callee);
  return route.namespaceId === namespaceId ? { callee, fixed } : undefined;
}
