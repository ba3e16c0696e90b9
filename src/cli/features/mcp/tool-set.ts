// Reads a tool set from the options of `slipway tools set`, or from a JSON file.
import { parseWithTexts } from '../../../client/answer-texts.ts';
import type { Options } from '../../../client/operations.ts';
import type { ServedKind } from '../../../contract/plugin/go-kinds.ts';
import { readJsonArgument } from '../../arguments/json-argument.ts';
import { Failure } from '../../terminal/failure.ts';
import { readTextFile } from '../../terminal/text-input.ts';

type Request = Options<'/v1/namespaces/{namespace_id}/tool-sets/{name}', 'put'>['body'];

interface SetOptions {
  plugin?: string[];
  kind: ServedKind;
  describe?: string[];
  parameters?: string[];
  description?: string;
  requireApproval?: true;
}

export async function toolSetOf({ kind, plugin = [], ...options }: SetOptions): Promise<Request> {
  if (plugin.length === 0)
    throw new Failure('usage', 'the set has no tools', { hint: 'Name the plugins with --plugin, or use --file.' });
  const tools = plugin.map((text) => ({ kind, ...toolOf(text) }));
  const named = new Set(tools.map(({ name }) => name));
  const described = byTool('--describe', options.describe, named);
  const fixed = byTool('--parameters', options.parameters, named);
  const all = tools.map(async (tool) => {
    const json = fixed.get(tool.name);
    const parameters = json === undefined ? undefined : await readJsonArgument('--parameters', json);
    return { ...tool, description: described.get(tool.name), parameters };
  });
  const { description, requireApproval } = options;
  return { description, requires_approval: requireApproval, tools: await Promise.all(all) };
}

/** Splits `PLUGIN[@VERSION][=TOOL]`. Without a tool's name, the plugin's is used. */
function toolOf(text: string) {
  const [ref = '', tool] = splitOnce(text, '=');
  const [plugin = '', version] = splitOnce(ref, '@');
  return { name: tool ?? plugin, plugin, version };
}

/** Splits each `TOOL=VALUE`. */
function byTool(flag: string, texts: readonly string[] = [], tools: ReadonlySet<string>): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const [tool = '', value] = splitOnce(text, '=');
      if (value === undefined || !tools.has(tool))
        throw new Failure('usage', `${flag} ${text} names no tool of the set`, {
          hint: `Use ${flag} TOOL=VALUE with one of ${[...tools].join(', ')}.`,
        });
      return [tool, value];
    }),
  );
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Reads a request from a JSON file, with the parameters as written. */
export async function readToolSet(file: string): Promise<Request> {
  const text = readTextFile(file);
  try {
    return await parseWithTexts<Request, 'tools.*.parameters'>(text, 'tools.*.parameters');
  } catch (error) {
    throw new Failure('usage', `cannot read ${file}: ${error instanceof Error ? error.message : error}`, {
      hint: 'Use a JSON file, such as {"tools": [{"name": "ocr", "plugin": "ocr"}]}.',
    });
  }
}
