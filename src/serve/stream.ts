// Streams realtime calls, so that the caller gets each value as soon as the handler yields it.
import type { Actor } from '../access/actor.ts';
import type { CallAnswer, CallLines, CallStreamLine } from '../contract/builder/answers.ts';
import { BuilderError, type Call } from '../contract/builder/instances.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import type { JsonText } from '../core/json/text.ts';
import { Problem } from '../core/problem.ts';
import { formatSeconds } from '../core/quantities.ts';
import { callInstance, callOptions, pluginFailure } from './call.ts';
import { isGone } from './failures.ts';
import { callBody, errorTypes, failedAnswer, type Invocation, toInvocation } from './invoke.ts';
import type { CallDeps, Outcome } from './points.ts';
import type { ExtractorCallee, Route } from './route-lookup.ts';

/** A value that the handler yielded. The last event is the answer, which has no result. */
export type StreamEvent = { value: JsonText } | { end: CallAnswer };

export interface Streaming {
  route: Route;
  /** Waits for the next events. Returns undefined after the last one. Never rejects. */
  read(): Promise<StreamEvent[] | undefined>;
  /** Cancels the stream when the caller has disconnected. */
  cancel(): Promise<void>;
}

/** Returns a stream if the handler yields. Otherwise returns the same as `invoke`. */
export async function invokeStreaming(
  deps: CallDeps,
  actor: Actor,
  callee: ExtractorCallee,
  call: Call,
): Promise<Invocation | Streaming> {
  const startedAt = deps.clock.now();
  const result = await callInstance(deps, actor, callee, (instanceId, route, own) =>
    callBody(route, call).then((body) => deps.builder.callStreaming(instanceId, body, callOptions(own, route))),
  );
  if (!('answer' in result)) return toInvocation(deps, result, startedAt);
  const { answer, end, route } = result;
  if (!('lines' in answer)) return toInvocation(deps, { route, answer }, startedAt);
  return new CallStream(deps, route, { lines: answer.lines, end }, startedAt);
}

/** Error type for a stream that is interrupted through no fault of the plugin's. */
const interrupted = 'CallInterrupted';

/** Ends the call, for all that is attached to it. */
type EndStream = ((outcome: Outcome) => void) | undefined;

class CallStream implements Streaming {
  readonly route: Route;
  readonly #deps: CallDeps;
  readonly #lines: CallLines;
  readonly #endCall: EndStream;
  readonly #startedAt: number;
  #hasValues = false;
  #hasEnded = false;

  constructor(deps: CallDeps, route: Route, { end, lines }: { lines: CallLines; end: EndStream }, startedAt: number) {
    this.#deps = deps;
    this.route = route;
    this.#lines = lines;
    this.#endCall = end;
    this.#startedAt = startedAt;
  }

  async read(): Promise<StreamEvent[] | undefined> {
    if (this.#hasEnded) return undefined;
    try {
      const lines = await this.#lines.read();
      if (lines) return lines.map((line) => this.#eventOf(line));
      throw new BuilderError('unreachable', 'The builder was lost during the stream');
    } catch (error) {
      return [this.#failed(error)];
    }
  }

  async cancel(): Promise<void> {
    this.#end(false);
    await this.#lines.cancel();
  }

  #eventOf(line: CallStreamLine): StreamEvent {
    if ('value' in line) {
      this.#hasValues = true;
      return line;
    }
    if ('error' in line) {
      const { code, message, crashes = 0 } = line.error;
      return this.#failed(Object.assign(new BuilderError(code, message), { crashes }));
    }
    this.#end(line.end.status === 'error');
    return line;
  }

  #failed(error: unknown): StreamEvent {
    this.#end(true);
    return { end: this.#failureOf(error) };
  }

  /** Returns the answer that ends a failed stream. Nothing is repeated once the handler has started to yield. */
  #failureOf(error: unknown): CallAnswer {
    const duration_ms = this.#deps.clock.now() - this.#startedAt;
    const failed = (type: string, message: string): CallAnswer => ({
      status: 'error',
      error: { type, message },
      duration_ms,
    });
    if (error instanceof BuilderError && error.code === 'call-timeout' && this.#hasValues)
      return failed(errorTypes.timeout, `The stream did not end within ${formatSeconds(builderLimits.streamMs)}`);
    if (isGone(error)) return failed(interrupted, 'The instance was stopped before its stream ended. Call again.');
    try {
      return failedAnswer(pluginFailure(this.#deps, this.route, error), duration_ms);
    } catch (problem) {
      if (!(problem instanceof Problem) && !(problem instanceof BuilderError)) throw problem;
      return failed(interrupted, problem.message);
    }
  }

  #end(failed: boolean): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#endCall?.(failed ? 'failed' : 'answered');
  }
}
