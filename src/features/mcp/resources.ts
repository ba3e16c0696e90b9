// Serves what an agent may read about a tool: its plugin's README, and the examples that its author tests it with.
import type { ListResourcesResult, Resource, TextResourceContents } from '@modelcontextprotocol/server';
import { examplePath } from '../../contract/builder/example.ts';
import { decodeText } from '../../contract/plugin/decode-text.ts';
import { findReadme, readmeText } from '../../contract/plugin/readme.ts';
import { sideBySide } from '../../core/side-by-side.ts';
import type { Deps } from '../../deps.ts';
import { readableWithin, readFiles, readStart } from '../../registry/storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../../registry/storage/archives.ts';
import type { FoundTool, ToolSource } from './tools/tool-source.ts';

type ReadDeps = Pick<Deps, 'blobs'>;

const KiB = 1024;
/** The start of a README that is read, and the size of all examples together. */
const readBytes = 256 * KiB;
/** Tools on a page of resources. Each takes a request to the store, and a Worker has six connections at once. */
const toolsPerPage = 20;
const indexesAtOnce = 6;

const uriPattern = /^slipway:\/\/tools\/([^/]{1,128})\/(readme|examples)$/;

function uriOf({ words }: FoundTool, part: 'readme' | 'examples'): string {
  return `slipway://tools/${words.name}/${part}`;
}

export async function listResources(
  deps: ReadDeps,
  source: ToolSource,
  cursor: string | undefined,
): Promise<ListResourcesResult> {
  const { next, tools } = await source.page(cursor, toolsPerPage);
  const found = new Map<FoundTool, Resource[]>();
  await sideBySide(tools, indexesAtOnce, async (tool) => {
    found.set(tool, resourcesOf(tool, await archiveIndex(deps, tool.version.sha256)));
  });
  return {
    resources: tools.flatMap((tool) => found.get(tool) ?? []),
    ...(next === undefined ? {} : { nextCursor: next }),
  };
}

function resourcesOf(tool: FoundTool, files: readonly { path: string }[]): Resource[] {
  const { name } = tool.words;
  const readme = { uri: uriOf(tool, 'readme'), name: `${name}: README`, mimeType: 'text/markdown' };
  const examples = { uri: uriOf(tool, 'examples'), name: `${name}: examples`, mimeType: 'application/json' };
  const hasExamples = files.some(({ path }) => examplePath.test(path));
  return [...(findReadme(files) ? [readme] : []), ...(hasExamples ? [examples] : [])];
}

/** Returns undefined if there is no such resource. */
export async function readResource(
  deps: ReadDeps,
  source: ToolSource,
  uri: string,
): Promise<TextResourceContents[] | undefined> {
  const [, name, part] = uriPattern.exec(uri) ?? [];
  const tool = name === undefined ? undefined : await source.find(name);
  if (!tool) return undefined;
  const contents = await (part === 'readme' ? readReadme(deps, tool) : readExamples(deps, tool));
  return contents.length > 0 ? contents : undefined;
}

async function readReadme(deps: ReadDeps, tool: FoundTool): Promise<TextResourceContents[]> {
  const { sha256, sizeBytes } = tool.version;
  const entry = findReadme(await archiveIndex(deps, sha256));
  if (!entry) return [];
  const bytes = await readStart(archiveSource(deps, sha256, sizeBytes), entry, readBytes);
  const text = readmeText(bytes, { isStart: bytes.length < entry.size });
  return text === undefined ? [] : [{ uri: uriOf(tool, 'readme'), mimeType: 'text/markdown', text }];
}

async function readExamples(deps: ReadDeps, tool: FoundTool): Promise<TextResourceContents[]> {
  const { sha256, sizeBytes } = tool.version;
  const files = (await archiveIndex(deps, sha256)).filter(({ path }) => examplePath.test(path));
  const contents: TextResourceContents[] = [];
  for await (const { bytes, entry } of readFiles(
    archiveSource(deps, sha256, sizeBytes),
    readableWithin(files, readBytes),
  )) {
    const text = decodeText(bytes);
    const uri = `${uriOf(tool, 'examples')}#${encodeURIComponent(entry.path)}`;
    if (text !== undefined) contents.push({ uri, mimeType: 'application/json', text });
  }
  return contents;
}
