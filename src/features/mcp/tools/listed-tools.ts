// Lists tools. Each version is described once in an isolate, whatever number of tools and sets name it.
import type { ListToolsResult } from '@modelcontextprotocol/server';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { Derived } from '../../../core/derived.ts';
import { LoopTurns } from '../../../core/turns.ts';
import type { Deps } from '../../../deps.ts';
import type { ExactTexts } from '../exact-texts.ts';
import { type LiveVersion, readDescriptions } from './live-versions.ts';
import type { FoundTool } from './tool-source.ts';
import { type DescribedTool, describeTool } from './tools.ts';

type ListedTool = ListToolsResult['tools'][number];

const kept = new Derived<DescribedTool>(toolLimits.keptChars);

export async function listedTools(
  deps: Pick<Deps, 'db'>,
  texts: ExactTexts,
  tools: readonly FoundTool[],
): Promise<ListedTool[]> {
  const described = await describeTools(
    deps,
    tools.map(({ version }) => version),
  );
  const turns = new LoopTurns();
  const listed: ListedTool[] = [];
  for (const { version, words } of tools) {
    const own = described.get(version.id);
    if (!own) continue; // deleted since it was found
    await turns.spend(charsOf(own));
    const description = words.description ?? own.description;
    listed.push({
      name: words.name,
      title: words.title ?? own.title,
      ...(description === '' ? {} : { description }),
      inputSchema: texts.schema(words.hasFixedParameters ? own.input.fixed : own.input.whole),
      ...(own.output ? { outputSchema: texts.schema(own.output) } : {}),
      annotations: own.annotations,
    });
  }
  return listed;
}

/** Returns the descriptions by version ID. */
async function describeTools(
  deps: Pick<Deps, 'db'>,
  versions: readonly LiveVersion[],
): Promise<Map<string, DescribedTool>> {
  const found = new Map<string, DescribedTool>();
  const missing = new Map<string, LiveVersion>();
  for (const version of versions) {
    const own = kept.get(version.id);
    if (own) found.set(version.id, own);
    else missing.set(version.id, version);
  }
  const turns = new LoopTurns();
  for (const group of groups([...missing.values()]))
    for (const version of await readDescriptions(deps, group)) {
      const own = kept.get(version.id) ?? (await describeTool(version, turns)); // another request may have been first
      found.set(version.id, own);
      kept.keep(version.id, own, charsOf(own));
    }
  return found;
}

/** Divides the versions into groups to read together. */
function groups(versions: readonly LiveVersion[]): LiveVersion[][] {
  const all: LiveVersion[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const version of versions) {
    bytes += version.describedBytes;
    if (bytes > toolLimits.readBytes) {
      all.push([]);
      bytes = version.describedBytes;
    }
    all.at(-1)?.push(version);
  }
  return all;
}

function charsOf({ description, input: { fixed, whole }, output }: DescribedTool): number {
  return [description, fixed.text, whole.text, output?.text ?? ''].reduce((sum, { length }) => sum + length, 0);
}
