// Finds the request that a compiled plugin's output line belongs to. The plugin's host marks in its output where each call begins and
// ends (builder/host-go/slipwayhost/marks.go). A line printed while exactly one call runs belongs to that call; other lines belong to
// none. A plugin can forge a call's end, but only in its own log.

const record = String.fromCharCode(0x1e);
const unit = String.fromCharCode(0x1f);
const mark = new RegExp(`^${record}([+-])(\\d{1,10})${unit}$`);
/** Maximum number of calls kept without marks, because a plugin can keep its host from printing them. */
const sentMax = 4096;

export class CallMarks {
  readonly #write: (line: string, request: string | undefined) => void;
  /** Calls that haven't begun, with their request IDs. */
  readonly #sent = new Map<number, string>();
  readonly #running = new Map<number, string>();
  /** True while it holds back an empty line. If a mark follows, the line is part of the mark. */
  #isBlankHeld = false;

  constructor(write: (line: string, request: string | undefined) => void) {
    this.#write = write;
  }

  /** Records a call sent to the process. `request` is empty if the request ID is unknown. */
  sent(id: number, request: string): void {
    this.#sent.set(id, request);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > sentMax && oldest !== undefined) this.#sent.delete(oldest);
  }

  /** Writes the line unless it is a mark. Returns the number of lines written. An unexpected mark counts as an ordinary line. */
  read(line: string): number {
    if (this.#takesMark(line)) {
      this.#isBlankHeld = false;
      return 0;
    }
    const isBlank = line === '';
    const lines = [...(this.#isBlankHeld ? [''] : []), ...(isBlank ? [] : [line])];
    this.#isBlankHeld = isBlank;
    const [request = '', ...others] = this.#running.values();
    for (const each of lines) this.#write(each, others.length > 0 || request === '' ? undefined : request);
    return lines.length;
  }

  #takesMark(line: string): boolean {
    const [, sign, digits] = mark.exec(line) ?? [];
    if (sign === undefined) return false;
    const id = Number(digits);
    if (sign === '-') return this.#running.delete(id);
    const request = this.#sent.get(id);
    if (request === undefined) return false;
    this.#sent.delete(id);
    this.#running.set(id, request);
    return true;
  }
}
