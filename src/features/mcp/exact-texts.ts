// Passes a plugin's JSON through the protocol's library unchanged. The library parses messages and writes them again, which would round
// large numbers and turn 2.0 into 2. So it gets placeholders, and their texts replace them in its response.
import { JsonText } from '../../core/json/text.ts';
import { PieceReader } from '../../core/paced-bytes.ts';
import { type PieceSource, streamFrom } from '../../core/paced-streams.ts';

export class ExactTexts {
  /** Nobody who wrote a part of the message knows it. */
  readonly #secret = crypto.randomUUID();
  readonly #texts: string[] = [];

  /** Returns an object that stands for a JSON object. */
  object({ text }: JsonText): Record<string, unknown> {
    return { [this.#secret]: this.#add(text) };
  }

  /** Returns an object that stands for a JSON Schema of objects. The library demands to see its type. */
  schema(text: JsonText): { type: 'object' } {
    return { type: 'object', ...this.object(text) };
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
    const restored = isWhole ? this.#restored(await response.text()) : streamFrom(this.#events(body));
    return new Response(restored, { status, headers });
  }

  /** Restores whole events, which end with an empty line. A reader that leaves ends the library's stream at once. */
  #events(body: ReadableStream<Uint8Array>): PieceSource {
    const reader = new PieceReader(body);
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = '';
    const read = async () => {
      for (let piece = await reader.read(); piece; piece = await reader.read()) {
        rest += decoder.decode(piece, { stream: true });
        const end = rest.lastIndexOf('\n\n') + 2;
        if (end < 2) continue;
        const events = rest.slice(0, end);
        rest = rest.slice(end);
        return encoder.encode(this.#restored(events));
      }
      return undefined;
    };
    return { read, cancel: () => reader.cancel() };
  }

  #restored(text: string): string {
    const placeholder = new RegExp(`\\{(?:"type":"object",)?"${this.#secret}":(\\d+)\\}|"${this.#secret}:(\\d+)"`, 'g');
    return text.replace(
      placeholder,
      (_, object?: string, string?: string) => this.#texts[Number(object ?? string)] ?? '',
    );
  }
}
