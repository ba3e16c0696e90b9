// Table of sets of tools. The database enforces uniqueness and nullability as declared here. Migrations are generated from these files.
import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { actorRefSchema } from '../../contract/actor.ts';
import { setTool } from '../../contract/features/mcp/tool-sets.ts';
import type { Id, NamespaceId } from '../../core/ids.ts';
import { flag, json, timestamps } from '../../db/columns.ts';

const storedTool = z.object({
  ...setTool.shape,
  /** The text of the fixed parameters, a JSON object. Null if there are none. */
  parameters: z.string().nullable(),
});

const proposalSchema = z.object({
  /** Digest of the content, which an approval names. */
  sha256: z.string(),
  description: z.string().nullable(),
  requiresApproval: z.boolean(),
  tools: z.array(storedTool),
  by: actorRefSchema,
  at: z.int(),
});

export const toolSets = sqliteTable(
  'tool_sets',
  {
    namespaceId: text('namespace_id').$type<NamespaceId>().notNull(),
    name: text('name').notNull(),
    id: text('id').$type<Id<'toolSet'>>().notNull(),
    description: text('description'),
    requiresApproval: flag('requires_approval').notNull(),
    tools: json('tools', z.array(storedTool)).notNull(),
    /** Content that waits for approval, beside what agents get. */
    proposal: json('proposal', proposalSchema),
    ...timestamps,
    updatedBy: json('updated_by', actorRefSchema).notNull(),
  },
  (t) => [primaryKey({ columns: [t.namespaceId, t.name] })],
);
