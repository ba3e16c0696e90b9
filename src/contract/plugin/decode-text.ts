// Decodes text strictly, so that nothing is shown as text that isn't.

/**
 * Decodes text, keeping UTF-8's byte order mark. Returns undefined for bytes that are not in this encoding and for content with a NUL, which
 * is binary. If the bytes are only the start of a file, omits a character that is cut off at their end.
 */
export function decodeText(
  bytes: Uint8Array,
  { encoding = 'utf-8', isStart = false }: { encoding?: 'utf-8' | 'utf-16le' | 'utf-16be'; isStart?: boolean } = {},
): string | undefined {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding === 'utf-8' });
    const text = decoder.decode(bytes, { stream: isStart });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
