// Streams a JSON object whose last field is a long list. Only one item is in memory at a time.

/**
 * Requires at least one field. Awaits the first item, so that an error in it is answered as a problem; a later error truncates the
 * body.
 */
export async function jsonWithList(
  fields: Record<string, unknown>,
  list: string,
  items: AsyncIterator<unknown>,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let before = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(list)}:[`;
  let next = await items.next();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (next.done) {
        controller.enqueue(encoder.encode(`${before}]}`));
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(`${before}${JSON.stringify(next.value)}`));
      before = ',';
      next = await items.next();
      if (next.done) before = '';
    },
  });
}
