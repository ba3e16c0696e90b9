// Passes a plugin's JSON through the protocol's library unchanged. The library parses and writes messages anew, which would round large
// numbers and turn 2.0 into 2. So it gets placeholders, and their texts replace them in its response.
import { JsonText } from '../../core/json/text.ts';
import { streamFrom } from '../../core/paced-streams.ts';

const eventStream = 'text/event-stream';

export class ExactTexts {
  /** Nobody who wrote a part of the message knows it. */
  readonly #secret = crypto.randomUUID();
  readonly #texts: string[] = [];

  /** Returns an object that stands for a JSON object. */
  object({ text }: JsonText): Record<string, unknown> {
    return { [this.#secret]: this.#add(text) };
  }

  /** Returns a text that stands for a longer one. */
  string(text: string): string {
    return `${this.#secret}:${this.#add(JSON.stringify(text))}`;
  }

  #add(text: string): number {
    return this.#texts.push(new JsonText(text).onOneLine().text) - 1;
  }

  /** Returns the library's response with the texts in it. */
  async restore(response: Response): Promise<Response> {
    const { body, headers, status } = response;
    if (!body) return response;
    if (!headers.get('content-type')?.startsWith(eventStream))
      return new Response(this.#restored(await response.text()), { status, headers });
    return new Response(this.#events(body), { status, headers });
  }

  /** Restores whole events, which end with an empty line. */
  #events(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = '';
    const read = async () => {
      for (;;) {
        const { done, value } = await reader.read();
        rest += decoder.decode(value, { stream: !done });
        const end = done ? rest.length : rest.lastIndexOf('\n\n') + 2;
        if (end < 2 && !done) continue;
        const events = rest.slice(0, end);
        rest = rest.slice(end);
        if (events !== '') return encoder.encode(this.#restored(events));
        if (done) return undefined;
      }
    };
    return streamFrom({ read, cancel: () => reader.cancel() });
  }

  #restored(text: string): string {
    const placeholder = new RegExp(`\\{"${this.#secret}":(\\d+)\\}|"${this.#secret}:(\\d+)"`, 'g');
    return text.replace(
      placeholder,
      (_, object?: string, string?: string) => this.#texts[Number(object ?? string)] ?? '',
    );
  }
}
