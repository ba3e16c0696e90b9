// Tests request body digests, which don't depend on a form's boundary and take one pass over any body.
import { describe, expect, test } from 'vitest';
import { bodyDigest } from '../../../src/api/requests/body-digest.ts';

const encode = (text: string) => Uint8Array.from(new TextEncoder().encode(text));
const typeOf = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

function form(boundary: string, value: string): Promise<string> {
  const part = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return bodyDigest(encode(`${part('a')}${part('b')}--${boundary}--\r\n`), typeOf(boundary));
}

describe("a form's digest", () => {
  test("a form's digest does not depend on its boundary", async () => {
    expect(await form('other', 'one')).toBe(await form('----WebKitFormBoundary7MA4YWxkTrZu0gW', 'one'));
    expect(await form('----x', 'two\r\n--')).toBe(await form('y', 'two\r\n--'));
  });

  test("a form's digest depends on its values", async () => {
    expect(await form('x', 'one')).not.toBe(await form('x', 'two'));
  });

  test.each([
    ['dashes, and a boundary of dashes', '-'.repeat(8_000_000), `${'-'.repeat(4_000)}x`],
    ['line ends, and a boundary of dashes', '\r\n--'.repeat(2_000_000), `${'-'.repeat(4_000)}x`],
    ['empty parts', '\r\n--a'.repeat(1_600_000), 'a'],
  ])("a form's digest is computed in one pass: %s", async (_, text, boundary) => {
    expect(await bodyDigest(encode(text), typeOf(boundary))).toMatch(/^[0-9a-f]{64}$/);
  });
});
