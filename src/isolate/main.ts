// Main module of an isolate that runs one plugin, in a Dynamic Worker or in the builder's own workerd. It has no bindings and no
// network. Its errors have the builder's format.
import { isolateHeaders, isolateUrls, markIsolateLine } from '../contract/builder/isolate-calls.ts';
import plugin from './plugin.wasm';
import { type CallOutcome, PluginModule } from './plugin-module.ts';

const failedStatus = 502;
/** Crashes within this time after the first request count toward the automatic rollback, as a process's crashes do. */
const earlyMs = 60_000;

const host = new PluginModule(plugin);
let firstAt = 0;
let crashes = 0;

export default {
  async fetch(request: Request): Promise<Response> {
    const message = new Uint8Array(await request.arrayBuffer());
    const timeLimitMs = Number(request.headers.get(isolateHeaders.timeLimit));
    const requestId = request.headers.get(isolateHeaders.request) ?? '';
    const print: Parameters<PluginModule['load']>[1] = (stream, line) =>
      console.log(markIsolateLine(stream, requestId, line));
    firstAt ||= Date.now();
    return responseTo(
      request.url === isolateUrls.call ? host.call(message, timeLimitMs, print) : host.load(timeLimitMs, print),
    );
  },
};

function responseTo(outcome: CallOutcome): Response {
  if ('answer' in outcome) return new Response(outcome.answer, { headers: { 'content-type': 'application/json' } });
  const { error } = outcome;
  if (error.code === 'instance-crashed' && Date.now() - firstAt <= earlyMs) crashes++;
  return Response.json({ error: { ...error, crashes } }, { status: failedStatus });
}
