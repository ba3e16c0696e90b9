// Renders an operation's responses and possible problems.
import type { ListedProblem } from '../../contract/reference.ts';
import { type Answer, dereferenced, type Header, type Media, type ShownOperation } from '../document.ts';
import { codeBlock, element, inline } from '../elements.ts';
import { makeExample } from './example.ts';
import { bodyView, fieldView } from './schema-view.ts';

export function responsesView({ operation, components }: ShownOperation): HTMLElement {
  const shown = Object.entries(operation.responses).map(([status, response]) =>
    responseView(status, dereferenced(response, components.responses), components),
  );
  return element('div', { class: 'responses' }, ...shown);
}

/** Renders a response's parts when it is first opened. */
function responseView(status: string, response: Answer, components: ShownOperation['components']): HTMLElement {
  const { description = '', content = {}, headers = {} } = response;
  const heading = [
    element('code', { class: `code-${status[0]}` }, status),
    ' ',
    element('span', {}, ...inline(description)),
  ];
  if (Object.keys(content).length === 0) return element('p', { class: 'response' }, ...heading);
  const details = element('details', { class: 'response' }, element('summary', {}, ...heading));
  const parts = () => [
    ...headersView(headers, components),
    ...Object.entries(content).flatMap(([type, media]) => mediaView(type, media, components)),
  ];
  details.addEventListener('toggle', () => details.append(...parts()), { once: true });
  return details;
}

export function mediaView(type: string, { schema = {} }: Media, { schemas }: ShownOperation['components']) {
  const example = type.endsWith('json') ? makeExample(schema, schemas) : undefined;
  const block = example === undefined ? null : codeBlock('the example', JSON.stringify(example, null, 2)).node;
  return bodyView(type, schema, block, schemas);
}

function headersView(headers: Record<string, Header>, components: ShownOperation['components']): HTMLElement[] {
  const fields = Object.entries(headers).map(([name, header]) => {
    const { schema = {}, description } = dereferenced(header, components.headers);
    return fieldView({ name, schema, required: false, description }, components.schemas);
  });
  return fields.length === 0
    ? []
    : [element('p', { class: 'type' }, 'Headers'), element('ul', { class: 'fields' }, ...fields)];
}

/** Each problem links to its page. */
export function problemsView(problems: ListedProblem[]): HTMLElement {
  const rows = problems.map(({ code, status, title, hint, url }) =>
    element(
      'li',
      {},
      element('code', { class: `code-${String(status)[0]}` }, String(status)),
      ' ',
      element('a', { href: url, 'aria-label': `${code}: ${title}` }, element('code', {}, code)),
      element('p', {}, ...inline(`${title}. ${hint}`)),
    ),
  );
  return element('ul', { class: 'fields problems' }, ...rows);
}
