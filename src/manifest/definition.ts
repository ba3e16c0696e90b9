// Reads plugin.yaml of a Go plugin. The file is optional; without it, the plugin declares no actions (mimir §1).
import { LineCounter, parseDocument } from 'yaml';
import { type Definition, definitionSchema } from '../contract/go-plugins.ts';
import type { PluginFiles } from './plugin-files.ts';

export const definitionFile = 'plugin.yaml';
const bytesMax = 256 * 1024;
/** Aliases that may be expanded. Protects against exponential expansion. */
const aliasesMax = 100;

export type DefinitionReading = { definition: Definition | null } | { problem: string };

export async function readDefinition({ paths, read }: PluginFiles): Promise<DefinitionReading> {
  if (!paths.includes(definitionFile)) return { definition: null };
  const bytes = await read(definitionFile);
  if (bytes.length > bytesMax) return problem(`the file is larger than ${bytesMax / 1024} KiB`);
  const text = decodeUtf8(bytes);
  if (text === undefined) return problem('the file is not UTF-8');
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = yaml.errors;
  if (error) return problem(`line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
  const parsed = definitionSchema.safeParse(toJs(yaml));
  if (parsed.success) return { definition: parsed.data };
  const [issue] = parsed.error.issues;
  return problem(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
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
