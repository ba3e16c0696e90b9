// Masks secrets in plugin output and error messages. This protects against accidents: a plugin that wants to leak a secret can encode
// it.
import { z } from 'zod';
import { parseJson } from './json/parse.ts';
import { secretForms } from './secret-forms.ts';

const mask = '***';

const beginningChars = 8;

export class SecretMask {
  /** Forms of secrets in text, longest first, so masking one leaves no remainder of a longer one. */
  readonly #forms: readonly string[];
  /** Matches the start of any form. One pattern is faster than a search per form. */
  readonly #beginnings: RegExp;

  constructor(secrets: Readonly<Record<string, string>> = {}, forms = Object.values(secrets).flatMap(secretForms)) {
    this.#forms = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
    const beginnings = new Set(this.#forms.map((form) => form.slice(0, beginningChars)));
    this.#beginnings = new RegExp(
      [...beginnings].map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'),
    );
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  text(text: string): string {
    if (!this.#beginnings.test(text)) return text;
    let masked = text;
    for (const form of this.#forms) if (masked.includes(form)) masked = masked.replaceAll(form, mask);
    return masked;
  }

  /** Masks a truncated text, in which a secret may start without ending. */
  beginning(text: string): string {
    const masked = this.text(text);
    const cut = Math.max(0, ...this.#forms.map((form) => overlap(masked, form)));
    return cut === 0 ? masked : masked.slice(0, -cut) + mask;
  }

  /** Masks every string in a JSON value, except member names. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.json(item)]));
  }
}

/** Makes a mask in turns, where others need the thread: the forms of one secret take up to 150 ms. */
export async function maskInTurns(secrets: Readonly<Record<string, string>>): Promise<SecretMask> {
  const forms: string[] = [];
  for (const secret of Object.values(secrets)) {
    forms.push(...secretForms(secret));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return new SecretMask({}, forms);
}

/** How the hosts' response to a failed call starts. */
const errorStarts = ['{"status":"error"', '{"error":'];
const errorSchema = z.looseObject({ error: z.unknown() });

/** Masks secrets in an error response to a call. A result is the plugin's own and stays unchanged. */
export function maskedError(answer: Uint8Array<ArrayBuffer>, mask: SecretMask): Uint8Array<ArrayBuffer> {
  if (!isError(answer)) return answer;
  const parsed = errorSchema.safeParse(parseJson(new TextDecoder().decode(answer)));
  if (!parsed.success) return answer;
  const error = mask.json(parsed.data.error);
  if (JSON.stringify(error) === JSON.stringify(parsed.data.error)) return answer;
  const masked = JSON.stringify({ ...parsed.data, error });
  return new Uint8Array(new TextEncoder().encode(masked));
}

/** Returns whether the call failed. */
function isError(answer: Uint8Array<ArrayBuffer>): boolean {
  const start = String.fromCharCode(...answer.subarray(0, 20));
  return errorStarts.some((text) => start.startsWith(text));
}

/** Returns the length of the longest suffix of `text` with which `form` starts. */
function overlap(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--)
    if (text.endsWith(form.slice(0, length))) return length;
  return 0;
}
