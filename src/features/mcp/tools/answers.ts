// Writes a plugin's answer as a tool's result: its JSON as text and as structured content, and declared pictures and sounds.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { cutJson } from '../../../core/json/scan.ts';
import { JsonText, writeJson } from '../../../core/json/text.ts';
import type { ExactTexts } from '../exact-texts.ts';
import { mediaMembers } from './schemas.ts';

const KiB = 1024;
const base64 = z.base64().min(1);

/** Returns the tool's result for what the handler returned. */
export async function answerResult(
  texts: ExactTexts,
  result: JsonText,
  output: JsonObject | null,
): Promise<CallToolResult> {
  if (result.text.length > toolLimits.answerBytes) return tooLong(result.text.length);
  const structured = asObject(result);
  const { media, shown } = await withoutMedia(structured, output);
  const text = shown === structured ? result.text : shown.text;
  return {
    content: [{ type: 'text', text: texts.string(text) }, ...media],
    structuredContent: texts.object(structured),
  };
}

/** Wraps what isn't an object. */
function asObject(result: JsonText): JsonText {
  const first = result.text.trimStart().charAt(0);
  if (first === '{') return result;
  return new JsonText(writeJson(first === '[' ? { values: result } : { result }));
}

/** Cuts declared pictures and sounds out of the text, which a model would otherwise read as characters. */
async function withoutMedia(
  answer: JsonText,
  output: JsonObject | null,
): Promise<{ shown: JsonText; media: CallToolResult['content'] }> {
  const members = mediaMembers(output);
  if (members.length === 0) return { shown: answer, media: [] };
  const names = new Map(members.map(({ member, mimeType }) => [member, mimeType]));
  const media: CallToolResult['content'] = [];
  const kept = (await cutJson(answer.text, ['*'])).at('*').map(({ key, keyText, text }) => {
    const mimeType = names.get(key);
    const data = mimeType === undefined ? undefined : base64.safeParse(text.parsed()).data;
    if (mimeType === undefined || data === undefined) return `${keyText}:${text.text}`;
    media.push({ type: mimeType.startsWith('image/') ? 'image' : 'audio', data, mimeType });
    return `${keyText}:${JSON.stringify(`(${mimeType}, below)`)}`;
  });
  return media.length === 0 ? { shown: answer, media } : { shown: new JsonText(`{${kept.join(',')}}`), media };
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
