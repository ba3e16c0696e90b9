// A call of the playground and its answer, in which the users' own JSON stays the text that it is.
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { components } from '../../../client/api.gen.d.ts';
import type { JsonText } from '../../../core/json/text.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';

export const answerModes = ['stream', 'later'] as const;
export type AnswerMode = (typeof answerModes)[number];

export interface PlaygroundCall {
  namespace: string;
  name: string;
  /** Undefined: the version that serves the name. */
  version: string | undefined;
  /** Undefined: at its end. */
  mode: AnswerMode | undefined;
  /** JSON objects, which are sent as they are. */
  inputs: JsonText;
  parameters: JsonText;
}

/** The path of the call, for the request and for its snippets. */
export function callPath({ namespace, name, version }: Pick<PlaygroundCall, 'namespace' | 'name' | 'version'>): string {
  const plugins = `/v1/namespaces/${namespace}/plugins`;
  return version === undefined
    ? `${plugins}/by-name/${name}/realtime`
    : `${plugins}/${formatPluginId(name, version)}/realtime/test`;
}

/** The part of an answer that the plugin wrote. */
export const answerText = 'raw_response';

export type RealtimeAnswer = WithTexts<components['schemas']['RealtimeAnswer'], typeof answerText>;
