// Streams realtime calls, so that the caller gets each value as soon as the handler yields it.
import type { Actor } from '../access/actor.ts';
import type { CallAnswer, CallLines, CallStreamLine } from '../contract/builder/answers.ts';
import { BuilderError } from '../contract/builder/errors.ts';
import type { Call } from '../contract/builder/instances.ts';
import { builderLimits } from '../contract/limits/builder.ts';
import type { JsonText } from '../core/json/text.ts';
import { Problem } from '../core/problem.ts';
import { formatSeconds } from '../core/quantities.ts';
import { callInstance, callOptions, pluginFailure } from './call.ts';
import { isGone, type PluginFailure } from './failures.ts';
import { type CallEnd, endOf } from './fault.ts';
import { withInputProblems } from './invalid-inputs.ts';
import { callBody, failedAnswer, type Invocation, toInvocation } from './invoke.ts';
import type { CallDeps, SendTo } from './points.ts';
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
  const result = await callInstance(deps, actor, callee, sendStreaming(call));
  if (!('answer' in result)) return toInvocation(deps, result, startedAt);
  const { answer, end, route } = result;
  if (!('lines' in answer)) return toInvocation(deps, { route, answer }, startedAt);
  return new CallStream(deps, route, { lines: answer.lines, end, inputs: call.inputs }, startedAt);
}

/** Sends the call to an instance, and returns the instance's answer or the lines of its stream. */
function sendStreaming(call: Call): SendTo<CallAnswer | { lines: CallLines }> {
  return async (instanceId, route, deps) => {
    const answer = await deps.builder.callStreaming(instanceId, await callBody(route, call), callOptions(deps, route));
    return 'lines' in answer ? answer : withInputProblems(deps, route, call.inputs, answer);
  };
}

/** Error type for a stream that is interrupted through no fault of the plugin's. */
const interrupted = 'CallInterrupted';
const stopped = 'The instance was stopped before its stream ended. Call again.';

const answered: CallEnd = { outcome: 'answered', fault: null };

/** Ends the call, for all that is attached to it. */
type EndStream = ((ended: CallEnd) => void) | undefined;

interface CalledStream {
  lines: CallLines;
  end: EndStream;
  inputs: JsonText;
}

class CallStream implements Streaming {
  readonly route: Route;
  readonly #deps: CallDeps;
  readonly #lines: CallLines;
  readonly #endCall: EndStream;
  readonly #inputs: JsonText;
  readonly #startedAt: number;
  #hasValues = false;
  #hasEnded = false;

  constructor(deps: CallDeps, route: Route, { end, inputs, lines }: CalledStream, startedAt: number) {
    this.#deps = deps;
    this.route = route;
    this.#lines = lines;
    this.#endCall = end;
    this.#inputs = inputs;
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
    this.#end(answered);
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
    let isInvalidInput = false;
    const onInvalidInput = () => {
      isInvalidInput = true;
    };
    const end = withInputProblems({ onInvalidInput }, this.route, this.#inputs, line.end);
    this.#end(endOf({ answer: end }, isInvalidInput));
    return { end };
  }

  /** Ends a failed stream. Nothing is repeated once the handler has started to yield. */
  #failed(error: unknown): StreamEvent {
    const durationMs = this.#deps.clock.now() - this.#startedAt;
    try {
      const failure = this.#failureOf(error);
      this.#end(endOf({ failure }, false));
      return { end: failedAnswer(failure, durationMs) };
    } catch (problem) {
      if (!(problem instanceof Problem) && !(problem instanceof BuilderError)) throw problem;
      this.#end(endOf({ error: problem }, false));
      const message = isGone(error) ? stopped : problem.message;
      return { end: { status: 'error', error: { type: interrupted, message }, duration_ms: durationMs } };
    }
  }

  #failureOf(error: unknown): PluginFailure {
    if (!(error instanceof BuilderError && error.code === 'call-timeout' && this.#hasValues))
      return pluginFailure(this.#deps, this.route, error);
    const message = `The stream did not end within ${formatSeconds(builderLimits.streamMs)}`;
    return { kind: 'timeout', fault: 'plugin', message };
  }

  #end(ended: CallEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#endCall?.(ended);
  }
}
