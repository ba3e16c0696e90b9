// Shows one operation: its purpose, inputs and responses, snippets that call it, and a form that sends it.
import type { ReferenceGroup } from '../../contract/reference.ts';
import { listParameters, type ShownOperation } from '../document.ts';
import { codeBlock, element, methodBadge, prose } from '../elements.ts';
import { groupPath } from '../place.ts';
import type { Access } from '../request/access.ts';
import { type Draft, draftRequest } from '../request/draft.ts';
import { type Language, languages, writeSnippets } from '../request/snippets.ts';
import { tryForm } from '../request/try-form.ts';
import { mediaView, problemsView, responsesView } from './responses.ts';
import { fieldView } from './schema-view.ts';

let chosen: Language = 'curl';

function snippetsView({ operation }: ShownOperation): { node: HTMLElement; show(draft: Draft): void } {
  const offered = languages.filter((language) => language !== 'CLI' || operation['x-slipway-command'] !== undefined);
  let snippets = new Map<Language, string>();
  const block = codeBlock('the code');
  const buttons = offered.map((language) => ({ language, button: element('button', { type: 'button' }, language) }));
  const update = () => {
    const shown = offered.includes(chosen) ? chosen : 'curl';
    for (const { language, button } of buttons) button.setAttribute('aria-pressed', String(language === shown));
    block.show(snippets.get(shown) ?? '');
  };
  for (const { language, button } of buttons)
    button.addEventListener('click', () => {
      chosen = language;
      update();
    });
  const choice = element('div', { class: 'choice-row', role: 'group', 'aria-label': 'Language' });
  choice.append(...buttons.map(({ button }) => button));
  return {
    node: element('div', { class: 'snippets' }, choice, block.node),
    show: (draft) => {
      snippets = writeSnippets(draft, location.origin);
      update();
    },
  };
}

export function operationPage(shown: ShownOperation, group: ReferenceGroup, access: Access): HTMLElement[] {
  const { operation, method, path, id } = shown;
  return [
    element('p', { class: 'quiet' }, element('a', { href: groupPath(group.id) }, group.title)),
    element('h1', { tabindex: '-1' }, operation.summary ?? id),
    element('p', { class: 'path' }, methodBadge(method), element('code', {}, path)),
    ...prose(operation.description),
    element(
      'div',
      { class: 'operation' },
      element('div', { class: 'documentation' }, ...documentationOf(shown)),
      ...(shown.isWebhook ? [] : [element('div', { class: 'use' }, ...useOf(shown, access))]),
    ),
  ];
}

function documentationOf(shown: ShownOperation): HTMLElement[] {
  const { operation, components, problems } = shown;
  const fields = listParameters(shown).map(
    ({ name = '', in: place = '', required = false, description, schema = {} }) =>
      fieldView({ name, schema, required, description, place }, components.schemas),
  );
  const { content = {}, required = false } = operation.requestBody ?? {};
  return [
    ...(fields.length > 0 ? [heading('Parameters'), element('ul', { class: 'fields' }, ...fields)] : []),
    ...Object.entries(content).flatMap(([type, media]) => [
      heading(required ? 'Body' : 'Body, optional'),
      ...mediaView(type, media, components),
    ]),
    heading('Responses'),
    responsesView(shown),
    ...(problems.length > 0 ? [heading('Problems'), problemsView(problems)] : []),
  ];
}

/** The form, and the snippets with its current values. */
function useOf(shown: ShownOperation, access: Access): HTMLElement[] {
  const snippets = snippetsView(shown);
  const { form, entered } = tryForm(shown, access);
  const update = () => snippets.show(draftRequest(shown, entered()));
  form.addEventListener('input', update);
  update();
  return [heading('Call it'), snippets.node, heading('Try it'), form];
}

function heading(text: string): HTMLElement {
  return element('h2', {}, text);
}
