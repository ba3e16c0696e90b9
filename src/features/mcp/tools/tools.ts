// Describes a live version as a tool: its name, words for models, schemas, and what it may do.
import { operationMethods } from '../../../contract/builder/instances.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { schemaWork } from '../../../contract/limits/manifest.ts';
import type { ServedKind } from '../../../contract/plugin/go-kinds.ts';
import { requestedPermissions } from '../../../contract/plugin/permissions.ts';
import { JsonText } from '../../../core/json/text.ts';
import type { LoopTurns } from '../../../core/turns.ts';
import { ownDescription } from '../../../registry/diff/description-changes.ts';
import type { PluginVersion } from '../../../registry/versions/versions.ts';
import { withoutHidden } from '../hidden-characters.ts';
import { answerSchema, inputsSchema, schemasOf, withParameters } from './schemas.ts';

/** The part of a version that describes it to agents. */
export type DescribedVersion = Pick<PluginVersion, 'id' | 'kind' | 'name' | 'manifest' | 'definition' | 'description'>;

/** Words that a set of tools has instead of the plugin. */
export interface ToolWords {
  name: string;
  title: string | null;
  description: string | null;
  /** True if the set fixes the plugin's parameters, so that an agent can't choose them. */
  hasFixedParameters: boolean;
}

/** A plugin of a namespace by its name. */
export interface NamedPlugin {
  kind: ServedKind;
  name: string;
}

const goPrefix = /^(pipeline|storage)-(.+)$/s;

/** Returns the name under which a namespace's plugin is a tool. Names of Python plugins have no hyphen. */
export function toolNameOf({ kind, name }: NamedPlugin): string {
  return kind === 'extractor' ? name : `${kind}-${name}`;
}

/** Returns the plugin that has the tool's name. It may not exist. */
export function pluginOfTool(tool: string): NamedPlugin {
  const [, kind, name] = goPrefix.exec(tool) ?? [];
  return name !== undefined && (kind === 'pipeline' || kind === 'storage')
    ? { kind, name }
    : { kind: 'extractor', name: tool };
}

/** A version as a tool, without the words that a set may have for it. */
export interface DescribedTool {
  title: string;
  description: string;
  /** Schema of the arguments; `fixed` is the one without the plugin's parameters. */
  input: Record<'whole' | 'fixed', JsonText>;
  output: JsonText | undefined;
  annotations: Record<'readOnlyHint' | 'destructiveHint' | 'openWorldHint', boolean>;
}

/** Describes the version. Takes turns, by the size of the schemas that it reads. */
export async function describeTool(version: DescribedVersion, turns: LoopTurns): Promise<DescribedTool> {
  const { inputs, output, parameters } = schemasOf(version.manifest);
  const spend = (schema: JsonObject | null) => turns.spend(schema ? schemaWork * JSON.stringify(schema).length : 0);
  const isExtractor = version.kind === 'extractor';
  await spend(inputs);
  const fixed = isExtractor ? inputsSchema(inputs) : goInputSchema(version);
  await spend(parameters);
  const whole = isExtractor ? withParameters(fixed, { inputs, parameters }) : fixed;
  await spend(output);
  const answer = isExtractor ? answerSchema(output) : undefined;
  const fixedText = toText(fixed);
  return {
    title: titleOf(version),
    description: withoutHidden(describe(version)),
    input: { whole: whole === fixed ? fixedText : toText(whole), fixed: fixedText },
    output: answer && toText(answer),
    annotations: annotationsOf(version),
  };
}

function toText(schema: JsonObject): JsonText {
  return new JsonText(JSON.stringify({ ...schema, type: 'object' }));
}

/** Turns `text_profile` into "Text profile". A Go plugin may have the name of a Python plugin. */
function titleOf({ kind, name }: DescribedVersion): string {
  const words = name.replaceAll(/[_.-]+/g, ' ').trim();
  const suffix = kind === 'pipeline' || kind === 'storage' ? ` (${kind})` : '';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${suffix}`;
}

function describe(version: DescribedVersion): string {
  const { definition } = version;
  const own = (ownDescription(version) ?? '').trim();
  const actions = (definition?.actions ?? []).map(({ description: what, name, parameters }) => {
    const named = (parameters ?? []).map((one) => `${one.name}${one.required ? '' : '?'}: ${one.type}`);
    return `- ${name}(${named.join(', ')})${what === undefined ? '' : `: ${what}`}`;
  });
  return [own, ...(actions.length > 0 ? ['Actions and their params:', ...actions] : [])].join('\n').trim();
}

function goInputSchema({ definition, kind }: DescribedVersion): JsonObject {
  const params = { type: 'object' };
  if (kind === 'storage')
    return {
      properties: { method: { type: 'string', enum: [...operationMethods.storage] }, params },
      required: ['method'],
    };
  const actions = (definition?.actions ?? []).map(({ name }) => name);
  const action = { type: 'string', ...(actions.length > 0 ? { enum: [...new Set(actions)] } : {}) };
  return { properties: { action, params }, required: ['action'] };
}

/** A plugin without network and secrets can change nothing outside of its sandbox. A storage plugin keeps what it gets. */
function annotationsOf(version: DescribedVersion): DescribedTool['annotations'] {
  const { forward = {}, network = [], secrets = [] } = requestedPermissions(version) ?? {};
  const reachesOut = network.length + secrets.length + Object.keys(forward).length > 0;
  const keeps = version.kind === 'storage';
  return { readOnlyHint: !reachesOut && !keeps, destructiveHint: reachesOut || keeps, openWorldHint: reachesOut };
}
