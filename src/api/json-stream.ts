// A JSON object whose last field is a long list, written item by item: what is held at a time is one item, not the answer.

/** `fields` has at least one. The first item is awaited, so that what fails at once is refused as usual; what fails later cuts the body off. */
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
