// Declares and renders sets of tools. A tool's fixed parameters are the user's own JSON, which stays as sent.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppEnv } from '../../../api/context/context.ts';
import { textsAt } from '../../../api/requests/json-body.ts';
import { requestOrigin } from '../../../api/requests/origin.ts';
import { actorModel } from '../../../api/responses/event-wire.ts';
import { objectTextOrNull } from '../../../api/responses/json-answer.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { setChange, setTool } from '../../../contract/features/mcp/tool-sets.ts';
import { jsonObject } from '../../../contract/json.ts';
import { formatVersion, parseVersion } from '../../../contract/plugin/manifest.ts';
import { iso } from '../../../core/clock.ts';
import { hiddenCharacters } from '../hidden-characters.ts';
import { contentChanges } from '../sets/content.ts';
import type { Tool, ToolSet } from '../sets/tool-sets.ts';

const { description, kind, name, plugin, title, version } = setTool.shape;

const toolFields = {
  name: name.openapi({ example: 'find_papers', description: "The tool's name, which models see" }),
  plugin: plugin.openapi({ example: 'paper_search', description: "The plugin's name" }),
  kind: kind.openapi({ example: 'extractor', description: "The plugin's kind" }),
  version: version
    .refine((text) => text === null || parseVersion(text) !== undefined, 'must be a version number, such as 1.3.0')
    .openapi({
      example: '1.2.0',
      pattern: '^v?[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
      description: 'The version that answers. Null for the live version. Only extractors can be pinned',
    }),
  title: title.openapi({ example: 'Find papers', description: "Null for the plugin's own" }),
  description: description.openapi({
    example: 'Finds papers by their subject.',
    description: "What models read about the tool. Null for the plugin's own",
  }),
};

const example = { collection: 'papers' };
const parametersDescription = 'Fixed parameters, which models neither see nor change. Only extractors have parameters';

/** A text that models read. What a reader doesn't see could instruct a model. */
const seen = <Text extends z.ZodType<string | null>>(text: Text) =>
  text.superRefine((value, { addIssue }) => {
    const [hidden] = value === null ? [] : hiddenCharacters(value);
    if (hidden)
      addIssue({
        code: 'custom',
        message: `has a character that readers don't see but models read: ${hidden.name} at position ${hidden.index + 1}`,
      });
  });

const requestedTool = z
  .strictObject({
    ...toolFields,
    kind: toolFields.kind.default('extractor'),
    version: toolFields.version.default(null),
    title: seen(toolFields.title).default(null),
    description: seen(toolFields.description).default(null),
    parameters: jsonObject.nullish().openapi({ example, description: parametersDescription }),
  })
  .refine(({ kind: of, version: pinned }) => of === 'extractor' || pinned === null, {
    path: ['version'],
    message: 'only extractors can be pinned to a version',
  })
  .refine(({ kind: of, parameters }) => of === 'extractor' || !parameters, {
    path: ['parameters'],
    message: 'only extractors have parameters',
  })
  .openapi('ToolRequest');

const setFields = {
  description: z
    .string()
    .min(1)
    .max(toolLimits.descriptionChars)
    .nullable()
    .openapi({ example: 'What a research agent needs.', description: 'What the set is for' }),
  requires_approval: z.boolean().openapi({
    example: false,
    description: 'If true, only versions that a person approved are its tools. All of them must be extractors',
  }),
};

export const toolSetRequest = z
  .strictObject({
    description: seen(setFields.description).default(null),
    requires_approval: setFields.requires_approval.default(false),
    tools: z
      .array(requestedTool)
      .min(1)
      .max(toolLimits.perSet)
      .refine((tools) => new Set(tools.map((tool) => tool.name)).size === tools.length, 'must have different names'),
  })
  .refine((set) => !set.requires_approval || set.tools.every(({ kind: of }) => of === 'extractor'), {
    path: ['requires_approval'],
    message: 'only extractors can be tools of a set that requires approval',
  })
  .openapi('ToolSetRequest');

const proposalModel = z
  .object({
    sha256: z.string().openapi({
      description: 'Digest of the proposal, which a decision names',
      example: 'b2f1c7d09e4a5b6c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c',
    }),
    changes: z.array(setChange.openapi('ToolSetChange')),
    tool_count: z.int(),
    proposed_by: actorModel,
    proposed_at: z.iso.datetime(),
  })
  .openapi('ToolSetProposal');

/** Path of the user's own JSON in a request. */
export const toolTexts = 'tools.*.parameters';

export const toolSetModel = z
  .object({
    name: z.string().openapi({ example: 'research' }),
    ...setFields,
    mcp_url: z.string().openapi({
      example: 'https://slipway.example.com/v1/namespaces/ns_01m7wc54fherz84624ahd0kr7h/tool-sets/research/mcp',
      description: 'Where clients of the Model Context Protocol find the tools',
    }),
    tools: z.array(
      z
        .object({
          ...toolFields,
          parameters: objectTextOrNull.openapi({ example, description: parametersDescription }),
        })
        .openapi('Tool'),
    ),
    pending: proposalModel.nullable().openapi({
      description:
        'Waits until another person approves it, where the namespace demands approval: what differs from the other fields, which agents get. Null if nothing waits',
    }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    updated_by: actorModel,
  })
  .openapi('ToolSet');

/** Returns the request's tools with the texts of their parameters, which were cut out in the tools' order. */
export function toTools(c: Context<AppEnv>, tools: z.infer<typeof toolSetRequest>['tools']): Tool[] {
  const texts = textsAt(c, toolTexts).values();
  return tools.map(({ parameters, version: asked, ...tool }) => {
    const number = asked === null ? undefined : parseVersion(asked);
    const text = parameters === undefined ? undefined : texts.next().value;
    return { ...tool, version: number ? formatVersion(number) : null, parameters: parameters ? (text ?? null) : null };
  });
}

export function toolSetWire(c: Context<AppEnv>, namespaceId: string) {
  const at = `${c.var.deps.publicUrl ?? requestOrigin(c)}/v1/namespaces/${namespaceId}/tool-sets`;
  return (set: ToolSet): z.infer<typeof toolSetModel> => ({
    name: set.name,
    description: set.description,
    requires_approval: set.requiresApproval,
    mcp_url: `${at}/${set.name}/mcp`,
    tools: set.tools,
    pending: set.proposal && pendingOf(set, set.proposal),
    created_at: iso(set.createdAt),
    updated_at: iso(set.updatedAt),
    updated_by: set.updatedBy,
  });
}

function pendingOf(
  { tools, ...set }: ToolSet,
  proposal: NonNullable<ToolSet['proposal']>,
): z.infer<typeof proposalModel> {
  const now = { ...set, tools: tools.map((tool) => ({ ...tool, parameters: tool.parameters?.text ?? null })) };
  return {
    sha256: proposal.sha256,
    changes: contentChanges(now, proposal),
    tool_count: proposal.tools.length,
    proposed_by: proposal.by,
    proposed_at: iso(proposal.at),
  };
}
