// Parses a Python worker's events. A worker runs plugin code, so events may be forged. Their rate, size and depth are checked before
// they are parsed.
import { z } from 'zod';
import { startErrorSchema } from '../../../src/contract/builder/start-errors.ts';
import { crashReasonChars } from '../../../src/contract/limits/builder.ts';
import { nestsDeeper } from '../../../src/core/json/depth.ts';

const workerEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), step: z.enum(['compile', 'load']) }),
  z.object({ type: z.literal('log'), lines: z.array(z.string()), request: z.string().max(64).optional() }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), error: startErrorSchema }),
  /** The process asks to be replaced. */
  z.object({ type: z.literal('replace'), reason: z.string().transform((text) => text.slice(0, crashReasonChars)) }),
]);
export type WorkerEvent = z.infer<typeof workerEvent>;

const perSecondMax = 200;
/** The worker splits longer logs (host-python/slipway_host/serve.py). */
const bytesMax = 256 * 1024;
const linesMax = 1000;
/** Levels of an event with its error or list of lines. */
const levelsMax = 3;

export class WorkerEvents {
  #window = 0;
  #inWindow = 0;

  /** Throws if a genuine worker would never send the event. */
  read(body: Buffer): WorkerEvent {
    this.#count();
    if (body.length > bytesMax) throw new Error(`an event of ${body.length} bytes`);
    if (nestsDeeper(body, levelsMax)) throw new Error('an event that nests too deeply');
    const event = workerEvent.parse(JSON.parse(body.toString('utf8')));
    if (event.type === 'log' && event.lines.length > linesMax)
      throw new Error(`an event with ${event.lines.length} lines`);
    return event;
  }

  #count(): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#window) {
      this.#window = second;
      this.#inWindow = 0;
    }
    if (++this.#inWindow > perSecondMax) throw new Error('too many events');
  }
}
