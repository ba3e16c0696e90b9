// Writes a command's output: data to standard output, everything else to standard error. Color is used only on terminals or on
// request, and never carries meaning alone.
import type { WriteStream } from 'node:tty';
import pico from 'picocolors';
import { LiveLine } from './live-line.ts';

export type Paint = ReturnType<typeof pico.createColors>;

export interface Output {
  /** Styles text for standard output. */
  paint: Paint;
  /** Terminal width; 80 without a terminal, so piped output is the same everywhere. */
  columns: number;
  /** True if standard error is a terminal, so `progress` is visible. */
  isLive: boolean;
  /** True if standard output is a terminal. */
  isTerminal: boolean;
  data(text: string): void;
  /** Writes bytes to standard output unchanged. */
  bytes(data: Uint8Array): void;
  /** Prints an error: `✗ cannot read x.py: permission denied`. */
  error(text: string): void;
  /** Prints a line to standard error: progress, or details of an error. */
  info(line: string): void;
  /** Prints a stage when it is reached: `· scanning`. */
  stage(text: string): void;
  /** Shows the current work until the next output, on a terminal only. '' clears it. */
  progress(stage: string, more?: string): void;
  /** Clears the screen, if standard error is a terminal. */
  clear(): void;
  /** Prints a warning: `! skipped notes.txt: …`. */
  warning(text: string): void;
}

/** Keeps the scrollback. */
const clearScreen = '\u001b[2J\u001b[H';

type Environment = Record<string, string | undefined>;
type Stream = Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export function createOutput(stdout: Stream, stderr: Stream, environment: Environment, noColor: boolean): Output {
  const paint = pico.createColors(!noColor && usesColor(stdout, environment));
  const stderrPaint = pico.createColors(!noColor && usesColor(stderr, environment));
  const isLive = stderr.isTTY === true && environment.TERM !== 'dumb';
  const live = isLive ? new LiveLine({ write: stderr.write.bind(stderr), columns: stderr.columns || 80 }) : undefined;
  const write = (stream: Stream, text: string | Uint8Array) => {
    live?.clear();
    stream.write(text);
  };
  return {
    paint,
    isLive,
    isTerminal: stdout.isTTY === true,
    columns: Math.max(40, (stdout.isTTY ? stdout.columns : undefined) ?? 80),
    data: (text) => write(stdout, text),
    bytes: (data) => write(stdout, data),
    info: (line) => write(stderr, `${line}\n`),
    stage: (text) => write(stderr, `${stderrPaint.dim('·')} ${text}\n`),
    progress: (stage, more = '') => (stage === '' ? live?.clear() : live?.show(stage, more)),
    clear: () => {
      if (isLive) write(stderr, clearScreen);
    },
    error: (text) => write(stderr, `${stderrPaint.red('✗')} ${text}\n`),
    warning: (text) => write(stderr, `${stderrPaint.yellow('!')} ${text}\n`),
  };
}

/** NO_COLOR takes precedence over FORCE_COLOR; both take precedence over terminal detection. */
function usesColor(stream: Stream, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return !['0', 'false'].includes(FORCE_COLOR);
  return stream.isTTY === true && TERM !== 'dumb';
}
