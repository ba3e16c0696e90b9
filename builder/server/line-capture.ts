// Turns what a process prints into lines, at a bounded rate: a process that prints faster waits for its own output.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What may come at once, and what is earned back in a millisecond. */
const burstCost = 1024 * 1024;
const costPerMs = 2048;
/** A line costs its bytes and this: a flood of empty lines is a flood too. */
const lineCost = 256;

/** Calls `onLine` for each line; one without an end is cut into pieces of `lineCharsMax`. */
export function captureLines(stream: Readable, lineCharsMax: number, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let open = '';
  let credit = burstCost;
  let creditAt = performance.now();
  stream.on('data', (chunk: Buffer) => {
    let lines = 0;
    open = cutLines(open + decoder.write(chunk), lineCharsMax, (line) => {
      lines++;
      onLine(line);
    });
    const now = performance.now();
    credit = Math.min(burstCost, credit + (now - creditAt) * costPerMs) - chunk.length - lines * lineCost;
    creditAt = now;
    if (credit < 0) {
      stream.pause();
      setTimeout(() => stream.resume(), -credit / costPerMs).unref();
    }
  });
  stream.on('end', () => {
    const rest = open + decoder.end();
    if (rest !== '') onLine(rest);
  });
  // The pipe of a process that was killed may break in any way; its exit tells all there is to know.
  stream.on('error', () => {});
}

/** Returns what is left after the last line's end. */
function cutLines(text: string, lineCharsMax: number, onLine: (line: string) => void): string {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    onLine(text.slice(from, end > from && text[end - 1] === '\r' ? end - 1 : end));
    from = end + 1;
  }
  while (text.length - from > lineCharsMax) {
    onLine(text.slice(from, from + lineCharsMax));
    from += lineCharsMax;
  }
  return text.slice(from);
}
