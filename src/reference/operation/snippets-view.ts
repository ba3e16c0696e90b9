// Shows a request in one of several languages. The choice is kept while the tab is open.

import type { ShownOperation } from '../document.ts';
import { codeBlock, element } from '../elements.ts';
import type { Draft } from '../request/draft.ts';
import { type Language, languages, snippetsOf } from '../request/snippets.ts';

let chosen: Language = 'curl';

export function snippetsView({ operation }: ShownOperation): { node: HTMLElement; show(draft: Draft): void } {
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
      snippets = snippetsOf(draft, location.origin);
      update();
    },
  };
}
