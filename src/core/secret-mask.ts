// Masks secrets in what a plugin prints and in its error messages. It protects against accidents: a plugin that wants to publish a secret
// can encode it.
import { z } from 'zod';
import { secretForms } from './secret-forms.ts';

const mask = '***';

const beginningChars = 8;

export class SecretMask {
  /** Forms of secrets in text, the longest first, so that no rest of one is left behind another. */
  readonly #forms: readonly string[];
  /** Finds the beginning of any form. One pattern is faster than a search for each. */
  readonly #beginnings: RegExp;

  constructor(secrets: Readonly<Record<string, string>> = {}) {
    const forms = new Set(Object.values(secrets).flatMap(secretForms));
    this.#forms = [...forms].filter((form) => form !== '').sort((a, b) => b.length - a.length);
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

  /** Masks a text whose end was cut off: a secret that begins in it may end behind it. */
  beginning(text: string): string {
    const masked = this.text(text);
    const cut = Math.max(0, ...this.#forms.map((form) => overlap(masked, form)));
    return cut === 0 ? masked : masked.slice(0, -cut) + mask;
  }

  /** Masks every string in a JSON value, but not the names of its members. */
  json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.json(item)]));
  }
}

/** How the hosts begin the answer to a call that failed. */
const errorStarts = ['{"status":"error"', '{"error":'];
const errorSchema = z.looseObject({ error: z.unknown() });

/** Masks secrets in the answer to a call, if that is an error. A result is the plugin's own, and not changed. */
export function maskedError(answer: Uint8Array<ArrayBuffer>, mask: SecretMask): Uint8Array<ArrayBuffer> {
  if (!isError(answer)) return answer;
  const parsed = errorSchema.safeParse(parseJson(new TextDecoder().decode(answer)));
  if (!parsed.success) return answer;
  const error = mask.json(parsed.data.error);
  if (JSON.stringify(error) === JSON.stringify(parsed.data.error)) return answer;
  const masked = JSON.stringify({ ...parsed.data, error });
  return new Uint8Array(new TextEncoder().encode(masked));
}

/** Whether the answer is that of a call that failed. */
function isError(answer: Uint8Array<ArrayBuffer>): boolean {
  const start = String.fromCharCode(...answer.subarray(0, 20));
  return errorStarts.some((text) => start.startsWith(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The number of characters at the end of `text` with which `form` begins. */
function overlap(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length > 0; length--)
    if (text.endsWith(form.slice(0, length))) return length;
  return 0;
}
