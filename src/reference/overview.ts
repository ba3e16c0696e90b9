// Pages without an operation: the API overview, and each group's operations.
import { isComposing } from '../console/parts/frame/composition.ts';
import type { ReferenceGroup, ReferenceIndex } from '../contract/reference.ts';
import { element, inline, methodBadge, prose } from './elements.ts';
import { apiPath, groupPath, operationPath } from './place.ts';

const ownPage = /^\/docs(?:\/api|\/(?:groups|operations)\/[^/]+|\/guides\/.+)?\/?$/;

/** Calls `show` when the address changes to another page. */
export function followLinks(show: () => void): void {
  addEventListener('popstate', show);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || event.defaultPrevented || link.origin !== location.origin) return;
    if (!ownPage.test(link.pathname) || (link.hash !== '' && link.pathname === location.pathname)) return;
    event.preventDefault();
    if (link.href !== location.href) history.pushState(null, '', link.href);
    closeMenu();
    show();
  });
  const button = document.querySelector('.menu-button');
  button?.addEventListener('click', () => setMenu(button.getAttribute('aria-expanded') !== 'true'));
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !isComposing(event)) closeMenu();
  });
}

function closeMenu(): void {
  setMenu(false);
}

/** Opens or closes the list of operations on screens where it doesn't fit beside the page. */
function setMenu(isOpen: boolean): void {
  document.querySelector('.menu-button')?.setAttribute('aria-expanded', String(isOpen));
  document.querySelector('.frame')?.classList.toggle('with-menu', isOpen);
}

export function overviewPage({ title, version, description, groups }: ReferenceIndex): HTMLElement[] {
  const rows = groups.map((group) =>
    element(
      'li',
      {},
      element('a', { href: groupPath(group.id) }, group.title),
      element('span', { class: 'quiet' }, ` ${group.operations.length}`),
      element('p', { class: 'quiet' }, ...inline(group.description)),
    ),
  );
  return [
    element('h1', { tabindex: '-1' }, `${title} API `, element('span', { class: 'quiet' }, version)),
    ...prose(description),
    element('ul', { class: 'rows' }, ...rows),
  ];
}

export function groupPage({ title, description, operations }: ReferenceGroup): HTMLElement[] {
  const rows = operations.map(({ id, method, path, summary }) =>
    element(
      'li',
      {},
      element('a', { href: operationPath(id) }, summary),
      element('p', { class: 'path' }, methodBadge(method), element('code', {}, path)),
    ),
  );
  return [
    element('p', { class: 'quiet' }, element('a', { href: apiPath }, 'All groups')),
    element('h1', { tabindex: '-1' }, title),
    element('p', {}, ...inline(description)),
    element('ul', { class: 'rows' }, ...rows),
  ];
}
