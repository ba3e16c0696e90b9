// Passes a plugin's JSON through the protocol's library unchanged. The library parses messages and writes them again, which would round
// large numbers and turn 2.0 into 2. So it gets placeholders, and their texts replace them in its response.
import { JsonText } from '../../core/json/text.ts';
import { readPieces } from '../../core/paced-bytes.ts';
import { toStream } from '../../core/paced-streams.ts';

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
    const isWhole = headers.get('content-type')?.startsWith('application/json');
    const restored = isWhole ? this.#restored(await response.text()) : toStream(this.#events(body));
    return new Response(restored, { status, headers });
  }

  /** Restores whole events, which end with an empty line. */
  async *#events(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = '';
    for await (const piece of readPieces(body)) {
      rest += decoder.decode(piece, { stream: true });
      const end = rest.lastIndexOf('\n\n') + 2;
      if (end < 2) continue;
      yield encoder.encode(this.#restored(rest.slice(0, end)));
      rest = rest.slice(end);
    }
    if (rest !== '') yield encoder.encode(this.#restored(rest));
  }

  #restored(text: string): string {
    const placeholder = new RegExp(`\\{"${this.#secret}":(\\d+)\\}|"${this.#secret}:(\\d+)"`, 'g');
    return text.replace(
      placeholder,
      (_, object?: string, string?: string) => this.#texts[Number(object ?? string)] ?? '',
    );
  }
}
