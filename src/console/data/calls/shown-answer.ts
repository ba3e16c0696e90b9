// Makes an example of what a call answers: the whole answer, in which the plugin's result is one field.
import { type JsonText, pythonType, writeJson } from '../../../core/json/text.ts';
import { decodeString } from '../../../core/json/tree.ts';
import type { Schemas } from '../api.ts';
import { readObject } from './call-input.ts';
import type { AnswerMode, RealtimeAnswer } from './realtime-call.ts';

const duration_ms = 42;
const deployment_id = 'dep_…';

/** Returns lines of events for a stream, otherwise JSON. */
export function shownAnswer(mode: AnswerMode | undefined, pluginId: string, result: JsonText): string {
  if (mode === 'stream') {
    const done = { duration_ms, deployment_id };
    return `event: chunk\ndata: ${writeJson(result)}\n\nevent: done\ndata: ${writeJson(done)}`;
  }
  return writeJson(mode === 'later' ? laterCall(pluginId, result) : realtimeAnswer(pluginId, result));
}

function realtimeAnswer(pluginId: string, result: JsonText): RealtimeAnswer {
  const object = readObject(result.text);
  return {
    status: 'success',
    inference_name: `custom_plugin_${pluginId}`,
    duration_ms,
    raw_response: result,
    response_type: pythonType(result.text),
    response_keys: object ? object.members.map(([key]) => decodeString(key)) : null,
    error: null,
    message: null,
    deployment_id,
  };
}

function laterCall(pluginId: string, result: JsonText): Schemas['AnsweredLaterCall'] {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    call_id: 'call_…',
    status: 'succeeded',
    priority: 'normal',
    namespace_id: 'ns_…',
    plugin: pluginId,
    request_id: 'req_…',
    runs: 1,
    deployment_id,
    callback: null,
    created_at: at,
    expires_at: '2026-01-01T01:00:00.000Z',
    started_at: at,
    ended_at: at,
    answer: { status: 'success', result, duration_ms },
  };
}
