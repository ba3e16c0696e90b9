// Finds an answer's pictures and sounds, which are cut out of the text: a model would otherwise read them as characters.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { JsonObject } from '../../../contract/json.ts';
import { cutJson } from '../../../core/json/scan.ts';
import { JsonText } from '../../../core/json/text.ts';

const mediaType = /^(?:image|audio)\/[\w.+-]{1,100}$/;
const declared = z.looseObject({
  contentEncoding: z.enum(['base64', 'base64url']),
  contentMediaType: z.string().regex(mediaType),
});
const properties = z.record(z.string(), z.unknown()).catch({});
const base64 = z.base64().min(1);

/** Returns the members of an answer that are pictures and sounds by their declaration, with their media types. */
export function mediaMembers(output: JsonObject | null): { member: string; mimeType: string }[] {
  return Object.entries(properties.parse(output?.properties)).flatMap(([member, schema]) => {
    const { data } = declared.safeParse(schema);
    return data ? [{ member, mimeType: data.contentMediaType }] : [];
  });
}

/** Cuts declared pictures and sounds out of the text. */
export async function withoutMedia(
  answer: JsonText,
  output: JsonObject | null,
): Promise<{ shown: JsonText; media: CallToolResult['content'] }> {
  const members = mediaMembers(output);
  if (members.length === 0) return { shown: answer, media: [] };
  const names = new Map(members.map(({ member, mimeType }) => [member, mimeType]));
  const media: CallToolResult['content'] = [];
  const kept = (await cutJson(answer.text, ['*'])).at('*').map(({ key, keyText, text }) => {
    const of = names.get(key);
    const found = of === undefined ? undefined : mediaIn(text.parsed(), of);
    if (!found) return `${keyText}:${text.text}`;
    media.push({ type: found.mimeType.startsWith('image/') ? 'image' : 'audio', ...found });
    return `${keyText}:${JSON.stringify(`(${found.mimeType}, below)`)}`;
  });
  return media.length === 0 ? { shown: answer, media } : { shown: new JsonText(`{${kept.join(',')}}`), media };
}

const dataUrl = /^data:([^;,]{1,110})?(?:;[^;,]{1,100}){0,5};base64,/i;

/**
 * Reads base64 as the protocol takes it. Python's `encodebytes` breaks its lines, `urlsafe_b64encode` has another alphabet, and a `data:` URL
 * names its own type.
 */
function mediaIn(value: unknown, mimeType: string): { data: string; mimeType: string } | undefined {
  if (typeof value !== 'string') return undefined;
  const [head = '', named = ''] = dataUrl.exec(value) ?? [];
  const plain = value.slice(head.length).replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  const data = plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
  if (!base64.safeParse(data).success) return undefined;
  return { data, mimeType: mediaType.test(named) ? named : mimeType };
}
