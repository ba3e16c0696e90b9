// Where commands write: data to standard output, everything else to standard error. Colour only where a person wants it, and
// never as the only bearer of a meaning.
import type { WriteStream } from 'node:tty';
import pico from 'picocolors';
import { LiveLine } from './live-line.ts';

export type Paint = ReturnType<typeof pico.createColors>;

export interface Output {
  /** For standard output. */
  paint: Paint;
  /** Of the terminal; 80 where there is none, so that piped output is the same everywhere. */
  columns: number;
  data(text: string): void;
  /** One thing that went wrong, as a line: `✗ cannot read x.py: permission denied`. */
  error(text: string): void;
  /** A line beside the data: what goes on, or more about an error. */
  aside(line: string): void;
  /** What a long work has come to: `· scanning`. */
  stage(text: string): void;
  /** What goes on right now, on a terminal only, until anything else is written; '' when nothing does. */
  ongoing(stage: string, more?: string): void;
  /** Something worth knowing that changes nothing: `! skipped notes.txt: …`. */
  warning(text: string): void;
}

type Environment = Record<string, string | undefined>;
type Stream = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export function createOutput(stdout: Stream, stderr: Stream, environment: Environment, noColour: boolean): Output {
  const paint = pico.createColors(!noColour && wantsColour(stdout, environment));
  const aside = pico.createColors(!noColour && wantsColour(stderr, environment));
  const isLive = stderr.isTTY === true && environment.TERM !== 'dumb';
  const live = isLive ? new LiveLine({ write: stderr.write.bind(stderr), columns: stderr.columns || 80 }) : undefined;
  const write = (stream: Stream, text: string) => {
    live?.clear();
    stream.write(text);
  };
  return {
    paint,
    columns: Math.max(40, (stdout.isTTY ? stdout.columns : undefined) ?? 80),
    data: (text) => write(stdout, text),
    aside: (line) => write(stderr, `${line}\n`),
    stage: (text) => write(stderr, `${aside.dim('·')} ${text}\n`),
    ongoing: (stage, more = '') => (stage === '' ? live?.clear() : live?.show(stage, more)),
    error: (text) => write(stderr, `${aside.red('✗')} ${text}\n`),
    warning: (text) => write(stderr, `${aside.yellow('!')} ${text}\n`),
  };
}

/** NO_COLOR wins over FORCE_COLOR, and both over what the stream is. */
function wantsColour(stream: Stream, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !['0', 'false'].includes(FORCE_COLOR);
  return stream.isTTY === true && TERM !== 'dumb';
}
