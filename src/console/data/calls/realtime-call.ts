// A playground call and its response. The users' own JSON stays unchanged as text.
import type { WithTexts } from '../../../client/answer-texts.ts';
import type { components } from '../../../client/api.gen.d.ts';
import type { JsonText } from '../../../core/json/text.ts';
import { formatPluginId } from '../../../core/plugin-id.ts';

export const answerModes = ['stream', 'later'] as const;
export type AnswerMode = (typeof answerModes)[number];
/** How each is named after "Answer:"; without a mode, it comes at its end. */
export const answerNames: Record<AnswerMode, string> = { stream: 'as it comes', later: 'later' };

export interface PlaygroundCall {
  namespace: string;
  name: string;
  /** Undefined means the live version. */
  version: string | undefined;
  /** Undefined means one response at the end. */
  mode: AnswerMode | undefined;
  /** JSON objects, sent unchanged. */
  inputs: JsonText;
  parameters: JsonText;
}

/** Returns the call's path, for the request and its snippets. */
export function callPath({ namespace, name, version }: Pick<PlaygroundCall, 'namespace' | 'name' | 'version'>): string {
  const plugins = `/v1/namespaces/${namespace}/plugins`;
  return version === undefined
    ? `${plugins}/by-name/${name}/realtime`
    : `${plugins}/${formatPluginId(name, version)}/realtime/test`;
}

/** The part of a response that the plugin wrote. */
export const answerText = 'raw_response';

export type RealtimeAnswer = WithTexts<components['schemas']['RealtimeAnswer'], typeof answerText>;
