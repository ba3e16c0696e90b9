// Streams a JSON object whose last field is a long list. Few items are in memory at a time.
import { longTextStreamOf } from '../../core/paced-streams.ts';

/**
 * Requires at least one field. Awaits the first item, so that an error in it is answered as a problem; a later error truncates the
 * body.
 */
export async function jsonWithList(
  fields: Record<string, unknown>,
  list: string,
  items: AsyncIterator<unknown>,
): Promise<ReadableStream<Uint8Array>> {
  const first = await items.next();
  const texts = async function* (): AsyncGenerator<string, void> {
    let before = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(list)}:[`;
    for (let next = first; !next.done; next = await items.next()) {
      yield `${before}${JSON.stringify(next.value)}`;
      before = ',';
    }
    yield first.done ? `${before}]}` : ']}';
  };
  return longTextStreamOf(texts());
}
