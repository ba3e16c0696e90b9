// Decodes texts that people bring: exactly, or not at all.

export type Utf8 = { text: string } | { problem: string; hint: string };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const encoder = new TextEncoder();

/** Returns the text with its byte order mark, or why there is none: the problem continues a sentence about the bytes. */
export function readUtf8(bytes: Uint8Array): Utf8 {
  const encoding = markedEncoding(bytes);
  if (encoding !== undefined)
    return { problem: `is ${encoding}, not UTF-8`, hint: `Convert it: iconv -f ${encoding} -t UTF-8 FILE` };
  try {
    return { text: strict.decode(bytes) };
  } catch {
    const at = firstInvalid(bytes);
    const byte = bytes[at]?.toString(16).padStart(2, '0');
    return {
      problem: `is not UTF-8: byte ${at + 1} is 0x${byte}`,
      hint: 'Convert a text: iconv -f LATIN1 -t UTF-8 FILE. Encode other bytes: base64 FILE',
    };
  }
}

export function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function markedEncoding([first, second, third, fourth]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16';
  return first === 0xfe && second === 0xff ? 'UTF-16' : undefined;
}

const replacement = '\ufffd';
const replacementBytes = encoder.encode(replacement);

/** Returns the index of the first byte that isn't part of a character. The text may have real replacement characters before it. */
function firstInvalid(bytes: Uint8Array): number {
  const text = lossy.decode(bytes);
  let at = 0;
  for (let from = 0; from < text.length; ) {
    const found = text.indexOf(replacement, from);
    if (found === -1) break;
    at += encoder.encode(text.slice(from, found)).length;
    if (replacementBytes.some((byte, nth) => bytes[at + nth] !== byte)) break;
    at += replacementBytes.length;
    from = found + 1;
  }
  return at;
}
