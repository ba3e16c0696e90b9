// Parses streamed responses: lines and server-sent events (HTML §9.2.6).

export interface ServerSentEvent {
  event: string;
  data: string;
  /** The last ID received; a client sends it as Last-Event-ID to resume. */
  id: string | undefined;
}

/** Yields lines without their line endings. Cancels the stream when the consumer stops. */
export async function* readLines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  let rest = '';
  try {
    for (;;) {
      const chunk = await reader?.read();
      const text = rest + decoder.decode(chunk?.value, { stream: chunk?.done === false });
      const ended = chunk?.done !== false;
      // A CR at the end may be the first half of a CRLF.
      const lines = text.split(ended ? /\r\n|\n|\r/ : /\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      yield* lines;
      if (!ended) continue;
      if (rest !== '') yield rest;
      return;
    }
  } finally {
    await reader?.cancel();
  }
}

export async function* serverSentEvents(body: ReadableStream<Uint8Array> | null): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  let id: string | undefined;
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
      event = '';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

interface CursorPage<Item> {
  items: Item[];
  next: string | null | undefined;
}

/** Yields every item of every page. Requests the next page only when its first item is needed. */
export async function* allItems<Item>(
  page: (cursor: { cursor?: string }) => Promise<CursorPage<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | null | undefined;
  do {
    const { items, next } = await page(cursor ? { cursor } : {});
    yield* items;
    cursor = next;
  } while (cursor);
}
