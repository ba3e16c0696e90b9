// Shows the ID of the request of a call. The server's log has it, and so have the lines that the plugin printed in that call.
import type { Output } from './terminal/output.ts';
import { printable } from './terminal/terminal-text.ts';

export class RequestLine {
  readonly #output: Output;
  #id: string | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /** For the client's `onRequestId`. */
  keep = (id: string): void => {
    this.#id = id;
  };

  /** Nothing if the server sent none. */
  print(): void {
    if (this.#id !== undefined) this.#output.info(`  request  ${printable(this.#id)}`);
  }

  /** The member of `--json`. */
  get json(): { request_id?: string } {
    return this.#id === undefined ? {} : { request_id: this.#id };
  }
}
