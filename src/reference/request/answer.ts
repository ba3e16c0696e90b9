// Shows a request's response: its status, relevant headers, and body as text.
import { visible } from '../../console/parts/visible-text.ts';
import { indentedJson, readJsonTree } from '../../core/json/tree.ts';
import { formatDuration } from '../../core/quantities.ts';
import { element } from '../elements.ts';

/** Maximum characters of the body to show. */
const shownCharacters = 200_000;
/** Headers in display order. */
const shownHeaders = [
  ...['slipway-request-id', 'ratelimit', 'retry-after', 'location', 'etag', 'idempotency-replayed'],
  ...['slipway-bookmark', 'content-type', 'cache-control'],
];

export interface AnswerPlace {
  /** Announced by screen readers. */
  status: HTMLElement;
  rest: HTMLElement;
}

export async function showAnswer(
  url: string,
  request: RequestInit,
  { status: line, rest }: AnswerPlace,
): Promise<void> {
  line.replaceChildren('Waiting for the response…');
  rest.replaceChildren();
  const startedAt = performance.now();
  const response = await fetch(url, { ...request, redirect: 'manual' });
  const took = formatDuration(performance.now() - startedAt);
  const { headers, status, type } = response;
  if (type === 'opaqueredirect') {
    line.replaceChildren(`A redirect, which this page does not follow · ${took}`);
    return;
  }
  const shown = element('code', {});
  line.replaceChildren(element('strong', { class: `code-${String(status)[0]}` }, String(status)), ` ${took}`);
  rest.replaceChildren(headersView(headers));
  if (status === 204 || status === 304) return;
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': 'the answer' }, shown);
  rest.append(element('div', { class: 'block' }, block));
  await readInto(shown, response);
}

function headersView(headers: Headers): HTMLElement {
  const shown = shownHeaders.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [element('dt', {}, name), element('dd', {}, element('code', {}, visible(value)))];
  });
  return element('dl', { class: 'headers' }, ...shown);
}

/** Shows text as it arrives. At the end, indents JSON without changing its numbers and keys. */
async function readInto(shown: HTMLElement, { body, headers }: Response): Promise<void> {
  const type = headers.get('content-type') ?? '';
  if (!/^text\/|json/.test(type)) {
    shown.textContent = `${headers.get('content-length') ?? 'Some'} bytes, not shown`;
    return body?.cancel();
  }
  let text = '';
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    shown.textContent = visible(text.slice(0, shownCharacters));
    if (text.length <= shownCharacters) continue;
    shown.append('\n… the rest is not shown');
    return reader?.cancel();
  }
  if (/^application\/(problem\+)?json/.test(type)) shown.textContent = visible(indentedJson(readJsonTree(text)));
}
