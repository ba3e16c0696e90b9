// Writes a plugin's answer as a tool's result: its JSON as text and as structured content, and declared pictures and sounds.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { JsonText, writeJson } from '../../../core/json/text.ts';
import { objectSchema } from '../../../json-schema/object-schema.ts';
import type { ExactTexts } from '../exact-texts.ts';
import { checkedAnswer, type DeclaredAnswer } from './answer-check.ts';
import { withoutMedia } from './media.ts';

const KiB = 1024;

/** Returns the tool's result for what the handler returned. */
export async function answerResult(
  texts: ExactTexts,
  result: JsonText,
  declared: DeclaredAnswer | null,
): Promise<CallToolResult> {
  if (result.text.length > toolLimits.answerBytes) return tooLong(result.text.length);
  const structured = asObject(result);
  const { media, shown } = await withoutMedia(
    structured,
    declared?.output_schema ? objectSchema(declared.output_schema) : null,
  );
  const { conforms, note } = checkedAnswer(declared, result, structured);
  const text = shown === structured ? result.text : shown.text;
  return {
    content: [
      { type: 'text', text: texts.string(text) },
      ...(note === undefined ? [] : [{ type: 'text' as const, text: note }]),
      ...media,
    ],
    structuredContent: texts.object(conforms ? structured : setApart(result, note)),
  };
}

/** Puts an answer where a tool's schema allows everything, with the note, because some clients show models nothing else. */
function setApart(result: JsonText, note: string | undefined): JsonText {
  const member = result.text.trimStart().startsWith('[') ? 'values' : 'result';
  return new JsonText(writeJson({ ...(note === undefined ? {} : { note }), [member]: result }));
}

/** Wraps what isn't an object. */
function asObject(result: JsonText): JsonText {
  const first = result.text.trimStart().charAt(0);
  if (first === '{') return result;
  return new JsonText(writeJson(first === '[' ? { values: result } : { result }));
}

function tooLong(chars: number): CallToolResult {
  const [size, most] = [Math.ceil(chars / KiB), toolLimits.answerBytes / KiB];
  return failedResult(
    `The answer has ${size} KiB, and a tool's may have ${most} KiB. Ask for less, or call the plugin over the REST API.`,
  );
}

/** Returns a result from which a model learns why the call failed. */
export function failedResult(text: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text }] };
}
