// The sidebar, which lists all operations by group, or the search results.
import { isComposing } from '../console/parts/frame/composition.ts';
import type { ListedOperation, ReferenceIndex } from '../contract/reference.ts';
import { element, methodBadge } from './elements.ts';
import { groupPath, operationPath, type Place } from './place.ts';
import { createSearch } from './search.ts';

const foundMax = 50;

export function contentsView(index: ReferenceIndex): { mark(place: Place): void } {
  const contents = byId('contents');
  const groups = index.groups.map(({ id, title, operations }) => {
    const links = [element('a', { href: groupPath(id), class: 'place' }, 'Overview'), ...operations.map(linkTo)];
    const list = element('ul', {}, ...links.map((link) => element('li', {}, link)));
    return element('details', { 'data-group': id }, element('summary', {}, title), list);
  });
  const results = element('ul', { hidden: '', 'aria-label': 'Found operations' });
  contents.append(results, ...groups);
  addSearch(index, results, groups);
  return {
    mark: ({ kind, id }) => {
      const path = kind === 'group' ? groupPath(id) : operationPath(id);
      for (const link of contents.querySelectorAll('a')) {
        if (kind !== 'overview' && link.pathname === path) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
      for (const group of groups) if (group.querySelector('[aria-current]')) group.open = true;
    },
  };
}

function linkTo({ id, method, summary }: ListedOperation): HTMLAnchorElement {
  return element('a', { href: operationPath(id), class: 'place' }, methodBadge(method), element('span', {}, summary));
}

/** Adds the path, since operations on different kinds of plugins have the same summary. A long path wraps before a slash. */
function foundLink(operation: ListedOperation): HTMLAnchorElement {
  const link = linkTo(operation);
  const parts = operation.path.split(/(?=\/)/).flatMap((part) => [element('wbr'), part]);
  link.lastElementChild?.append(element('code', {}, ...parts));
  return link;
}

function addSearch(index: ReferenceIndex, results: HTMLElement, groups: HTMLElement[]): void {
  const search = document.querySelector<HTMLInputElement>('#search');
  if (!search) return;
  const find = createSearch(index);
  search.addEventListener('input', () => {
    const isSearching = search.value.trim() !== '';
    const found = isSearching ? find(search.value) : [];
    results.replaceChildren(...found.slice(0, foundMax).map((one) => element('li', {}, foundLink(one))));
    results.hidden = !isSearching;
    for (const group of groups) group.hidden = isSearching;
    byId('found').textContent = isSearching ? countOf(found.length) : '';
  });
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !isComposing(event)) results.querySelector('a')?.click();
  });
  addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
    if (event.key !== '/' || isTyping || isComposing(event) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });
}

function countOf(found: number): string {
  const shown = found > foundMax ? `, showing the first ${foundMax}` : '';
  return `${found} ${found === 1 ? 'operation' : 'operations'}${shown}`;
}

function byId(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element has the ID ${id}`);
  return node;
}
