// Reads a Go plugin's plugin.yaml. The file is optional; without it, the plugin declares no actions (mimir §1).
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Definition, definitionSchema } from '../contract/builder/go-plugins.ts';
import { definitionBytesMax } from '../contract/limits/manifest.ts';
import { parsePermissions } from '../contract/plugin/permissions.ts';
import { formatBinaryBytes } from '../core/quantities.ts';
import type { PluginFiles } from './plugin-files.ts';

export const definitionFile = 'plugin.yaml';
/** Most alias expansions, so that a small file can't grow exponentially. */
const aliasesMax = 100;

export type DefinitionReading = { definition: Definition | null } | { problem: string };

export async function readDefinition(plugin: PluginFiles): Promise<DefinitionReading> {
  const parsed = await parseDefinition(plugin);
  if (!parsed) return { definition: null };
  return 'problem' in parsed ? parsed : definitionOf(parsed);
}

/**
 * Like `readDefinition`, but ignores a file that declares no requests: storage plugins need none, and may have the file for other
 * tools.
 */
export async function readRequests(plugin: PluginFiles): Promise<DefinitionReading> {
  const parsed = await parseDefinition(plugin);
  return parsed && !('problem' in parsed) && asked.safeParse(parsed.js).success
    ? definitionOf(parsed)
    : { definition: null };
}

interface ParsedFile {
  yaml: Document;
  lines: LineCounter;
  js: unknown;
}

const asked = z.object({ permissions: z.unknown().refine((value) => value !== undefined && value !== null) });

async function parseDefinition({ paths, read }: PluginFiles): Promise<ParsedFile | { problem: string } | undefined> {
  if (!paths.includes(definitionFile)) return undefined;
  const bytes = await read(definitionFile);
  if (bytes.length > definitionBytesMax)
    return problem(`the file is larger than ${formatBinaryBytes(definitionBytesMax)}`);
  const text = decodeUtf8(bytes);
  if (text === undefined) return problem('the file is not UTF-8');
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = yaml.errors;
  if (error) return problem(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  return { yaml, lines, js: toJs(yaml) };
}

function definitionOf({ yaml, lines, js }: ParsedFile): DefinitionReading {
  const written = asked.safeParse(js);
  const permissions = written.success ? parsePermissions(written.data.permissions) : undefined;
  if (permissions && 'issues' in permissions) {
    const [{ path, message } = { path: [], message: 'is invalid' }] = permissions.issues;
    const place = ['permissions', ...path];
    return problem(`line ${lineOf(yaml, lines, place)}: ${place.join('.')} ${message}`);
  }
  const parsed = definitionSchema.safeParse(js);
  if (parsed.success) return { definition: parsed.data };
  const [issue] = parsed.error.issues;
  return problem(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
}

/** Returns the line of the innermost part on the path. */
function lineOf(yaml: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function problem(reason: string): { problem: string } {
  return { problem: `${definitionFile}: ${reason}` };
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

function toJs(yaml: ReturnType<typeof parseDocument>): unknown {
  try {
    return yaml.toJS({ maxAliasCount: aliasesMax });
  } catch {
    return undefined;
  }
}
