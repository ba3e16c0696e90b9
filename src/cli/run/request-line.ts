// Shows a call's request ID, which also marks the call in the server's log and in the plugin's output.
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';

export class RequestLine {
  readonly #output: Output;
  #id: string | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Records the ID; pass it as the client's `onRequestId`. */
  keep = (id: string): void => {
    this.#id = id;
  };

  /** Prints nothing if the server sent no ID. */
  print(): void {
    if (this.#id !== undefined) this.#output.info(`  request  ${printable(this.#id)}`);
  }

  /** Returns the member for `--json`. */
  get json(): { request_id?: string } {
    return this.#id === undefined ? {} : { request_id: this.#id };
  }
}
