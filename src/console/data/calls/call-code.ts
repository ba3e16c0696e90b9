// Describes calls of plugins for the code that callers copy.
import type { CodedCall } from '../../../client/call-code/coded-call.ts';
import { shownJson } from '../../../client/call-code/shown-json.ts';
import { writeJson } from '../../../core/json/text.ts';
import { compactJson, readJsonTree } from '../../../core/json/tree.ts';
import { quoted } from '../../../core/shell.ts';
import { callPath, type PlaygroundCall } from './realtime-call.ts';

export function codedCall(call: PlaygroundCall, origin: string): CodedCall {
  const { inputs, mode, name, namespace, parameters, version } = call;
  const given = compactJson(readJsonTree(parameters.text));
  const command = [
    `slipway invoke ${version === undefined ? name : `${name}@${version}`}`,
    `--namespace ${quoted(namespace)}`,
    `-d ${quoted(shownJson(inputs.text))}`,
    ...(given === '{}' ? [] : [`--parameters ${quoted(shownJson(given))}`]),
    ...(mode === undefined ? [] : [mode === 'later' ? '--later --wait' : `--${mode}`]),
  ].join(' ');
  const body = writeJson(given === '{}' ? { inputs } : { inputs, parameters });
  return { origin, path: callPath(call), body, mode, command };
}
