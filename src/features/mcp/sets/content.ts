// Compares what sets of tools say to models, and names it by its digest. Pure.
import type { SetChange } from '../../../contract/features/mcp/tool-sets.ts';
import { sha256Hex } from '../../../core/digest.ts';
import type { toolSets } from '../tables.ts';

export type Content = Pick<typeof toolSets.$inferSelect, 'description' | 'requiresApproval' | 'tools'>;

/** The content of a set before anything in it is approved. */
export const noContent: Content = { description: null, requiresApproval: false, tools: [] };

export function contentDigest({ description, requiresApproval, tools }: Content): Promise<string> {
  const values = tools.map((tool) => Object.values(textsOf(tool)));
  return sha256Hex(JSON.stringify([description, requiresApproval, values]));
}

/** Returns what differs, tool by tool. A change of their order alone is one, too. */
export function contentChanges(before: Content, after: Content): SetChange[] {
  const [old, now] = [before, after].map(({ tools }) => new Map(tools.map((tool) => [tool.name, textsOf(tool)])));
  const changes = [
    { where: 'description', from: before.description, to: after.description },
    { where: 'requires_approval', from: String(before.requiresApproval), to: String(after.requiresApproval) },
    ...[...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((name) =>
      toolFields.map((field) => {
        const [from, to] = [old?.get(name)?.[field] ?? null, now?.get(name)?.[field] ?? null];
        return { where: `tools.${name}.${field}`, from, to };
      }),
    ),
  ].filter(({ from, to }) => from !== to);
  const [oldOrder, order] = [before, after].map(({ tools }) => tools.map(({ name }) => name).join(', '));
  return changes.length > 0 || oldOrder === order
    ? changes
    : [{ where: 'tools', from: oldOrder ?? null, to: order ?? null }];
}

const toolFields = ['plugin', 'kind', 'version', 'title', 'description', 'parameters'] as const;

function textsOf({ description, kind, name, parameters, plugin, title, version }: Content['tools'][number]) {
  return { name, plugin, kind, version, title, description, parameters };
}

const eventChars = { each: 2000, all: 16_000 };

/** Cuts the changes for an event, which everyone who follows events gets. Says how many it leaves out. */
export function changesForEvent(changes: readonly SetChange[]): { changes: SetChange[]; more_changes: number } {
  const kept: SetChange[] = [];
  let chars = 0;
  for (const { where, from, to } of changes) {
    const change = { where, from: from?.slice(0, eventChars.each) ?? null, to: to?.slice(0, eventChars.each) ?? null };
    chars += where.length + (change.from?.length ?? 0) + (change.to?.length ?? 0);
    if (chars > eventChars.all) break;
    kept.push(change);
  }
  return { changes: kept, more_changes: changes.length - kept.length };
}
