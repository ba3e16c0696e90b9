// Shows the current stage and its elapsed time on the terminal's last line. Erases the line before any other output, so no trace of it
// remains.
import type { WriteStream } from 'node:tty';

const drawEveryMs = 1000;
const redrawMs = 100;
const erase = '\r\u001b[K';

export class LiveLine {
  readonly #stream: Pick<WriteStream, 'write' | 'columns'>;
  #stage = '';
  #more = '';
  #since = 0;
  #drawnAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: Pick<WriteStream, 'write' | 'columns'>) {
    this.#stream = stream;
  }

  show(stage: string, more: string): void {
    const now = performance.now();
    const isNew = stage !== this.#stage || !this.#timer;
    this.#more = more;
    if (isNew) {
      this.#stage = stage;
      this.#since = now;
      this.#timer ??= setInterval(() => this.#draw(), drawEveryMs).unref();
    }
    if (isNew || now - this.#drawnAt >= redrawMs) this.#draw();
  }

  clear(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(erase);
  }

  #draw(): void {
    this.#drawnAt = performance.now();
    const seconds = Math.floor((this.#drawnAt - this.#since) / 1000);
    const parts = [`· ${this.#stage}`, this.#more, seconds > 0 ? `${seconds} s` : ''].filter((part) => part !== '');
    this.#stream.write(`${erase}${parts.join('  ').slice(0, this.#stream.columns - 1)}`);
  }
}
