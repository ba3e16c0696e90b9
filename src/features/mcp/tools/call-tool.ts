// Calls a plugin as a tool: the same call as over the REST API, with the same limits, budget, release and log.
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Actor } from '../../../access/actor.ts';
import type { Call, Operation } from '../../../contract/builder/instances.ts';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import { streamValueCost } from '../../../contract/limits/builder.ts';
import { cutJson } from '../../../core/json/scan.ts';
import { emptyObject, JsonText, writeJson } from '../../../core/json/text.ts';
import { Problem } from '../../../core/problem.ts';
import { type Invocation, invoke } from '../../../serve/invoke.ts';
import { operate } from '../../../serve/operate.ts';
import type { CallDeps } from '../../../serve/points.ts';
import { findRoute } from '../../../serve/route.ts';
import type { Callee, ExtractorCallee, GoCallee } from '../../../serve/route-lookup.ts';
import { invokeStreaming, type Streaming } from '../../../serve/stream.ts';
import type { ExactTexts } from '../exact-texts.ts';
import { answerResult, failedResult } from './answers.ts';
import { type PluginSchemas, parametersArgument, schemasOf, takesParameters } from './schemas.ts';

export interface ToolCall {
  callee: Callee;
  /** The arguments, as sent. */
  args: JsonText;
  /** The parameters that a set fixes; null if it fixes none. */
  fixed: JsonText | null;
  /** Reports a value as soon as the handler yields it. Undefined if the caller doesn't ask for progress. */
  onValue: ((value: JsonText, count: number) => Promise<void>) | undefined;
}

interface CallContext {
  deps: CallDeps;
  actor: Actor;
  texts: ExactTexts;
}

export function callTool(context: CallContext, call: ToolCall): Promise<CallToolResult> {
  const { callee } = call;
  return callee.by === 'kind' ? callGo(context, callee, call.args) : callExtractor(context, callee, call);
}

async function callGo({ actor, deps, texts }: CallContext, callee: GoCallee, args: JsonText): Promise<CallToolResult> {
  const { answer } = await operate(deps, actor, callee, await operationOf(callee, args));
  if ('result' in answer) return answerResult(texts, answer.result, null);
  return failedResult(`${answer.error.code}: ${answer.error.message}`);
}

async function operationOf({ kind }: GoCallee, args: JsonText): Promise<Operation> {
  if (kind === 'pipeline') return { method: 'execute', params: args };
  const given = await cutJson(args.text, ['method', 'params']);
  return { method: z.string().catch('').parse(given.one('method')?.parsed()), params: given.one('params') };
}

async function callExtractor(
  context: CallContext,
  callee: ExtractorCallee,
  { args, fixed, onValue }: ToolCall,
): Promise<CallToolResult> {
  const { actor, deps, texts } = context;
  const { manifest } = (await findRoute(deps, actor, callee)).version;
  const call = await partsOf(args, schemasOf(manifest), fixed);
  const answered = onValue ? await invokeStreaming(deps, actor, callee, call) : await invoke(deps, actor, callee, call);
  const { answer } = 'read' in answered ? await collected(answered, deps.signal, onValue) : answered;
  if (answer.status === 'error') return failedResult(`${answer.error.type}: ${answer.error.message}`);
  return answerResult(texts, answer.result, manifest);
}

/** Divides the arguments into the plugin's inputs and its parameters. Parameters that are null are none, as over REST. */
async function partsOf(args: JsonText, schemas: PluginSchemas, fixed: JsonText | null): Promise<Call> {
  if (fixed !== null) return { inputs: args, parameters: fixed };
  if (!takesParameters(schemas)) return { inputs: args, parameters: emptyObject };
  const members = new Map((await cutJson(args.text, ['*'])).at('*').map((one) => [one.key, one]));
  const sent = members.get(parametersArgument)?.text;
  if (!sent) return { inputs: args, parameters: emptyObject };
  const parameters = sent.text === 'null' ? emptyObject : sent;
  if (!parameters.text.startsWith('{')) throw new Problem('invalid-request', `${parametersArgument} must be an object`);
  members.delete(parametersArgument);
  const inputs = [...members.values()].map(({ keyText, text }) => `${keyText}:${text.text}`);
  return { inputs: new JsonText(`{${inputs.join(',')}}`), parameters };
}

/** Reports a stream's values, and returns them as the list that the handler's answer is without a stream. */
async function collected(
  streaming: Streaming,
  signal: AbortSignal | undefined,
  onValue: ToolCall['onValue'],
): Promise<Pick<Invocation, 'answer'>> {
  const values: JsonText[] = [];
  let bytes = 0;
  const stopped = (message: string): Pick<Invocation, 'answer'> => ({
    answer: { status: 'error', error: { type: 'StreamEnded', message }, duration_ms: 0 },
  });
  // Here, because nothing below runs anymore once the runtime has ended the request of a caller that left.
  signal?.addEventListener('abort', () => void streaming.cancel().catch(() => {}), { once: true });
  for (let events = await streaming.read(); events && !signal?.aborted; events = await streaming.read())
    for (const event of events) {
      if ('end' in event) {
        if (event.end.status === 'error') return { answer: event.end };
        return { answer: { ...event.end, result: new JsonText(writeJson(values)) } };
      }
      bytes += event.value.text.length + streamValueCost;
      if (bytes > toolLimits.answerBytes) {
        await streaming.cancel();
        return stopped("The values are longer than a tool's answer may be.");
      }
      values.push(event.value);
      if (!signal?.aborted) await onValue?.(event.value, values.length);
    }
  return stopped('The caller ended the call.');
}
