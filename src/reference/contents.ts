// The sidebar, which lists all guides and operations by group, or the search results.
import { isComposing } from '../console/parts/frame/composition.ts';
import type { GuideContents, GuideSection } from '../contract/guides.ts';
import type { ListedOperation, ReferenceIndex } from '../contract/reference.ts';
import { element, methodBadge } from './elements.ts';
import { guideLink } from './guides/addresses.ts';
import { createGuideSearch, type FoundSection } from './guides/guide-search.ts';
import { apiPath, groupPath, operationPath, type Place } from './place.ts';
import { createSearch } from './search.ts';

const foundMax = 50;

export function contentsView(index: ReferenceIndex, guides: GuideContents): { mark(place: Place): void } {
  const contents = byId('contents');
  const ofGuides = guides.map(({ collapsed, pages, title }) => {
    const links = pages.map((page) => element('a', { href: guideLink(page.path), class: 'place' }, page.title));
    return groupOf(title, links, collapsed ? {} : { open: '' });
  });
  const ofApi = index.groups.map(({ id, title, operations }) => {
    const links = [element('a', { href: groupPath(id), class: 'place' }, 'Overview'), ...operations.map(linkTo)];
    return groupOf(title, links, { 'data-group': id });
  });
  const groups = [
    ...ofGuides,
    element('p', { class: 'part' }, element('a', { href: apiPath, class: 'place' }, 'API reference')),
    ...ofApi,
  ];
  const results = element('ul', { hidden: '', 'aria-label': 'Search results' });
  contents.append(results, ...groups);
  addSearch(index, guides, { results, groups });
  return {
    mark: (place) => {
      const path = pathOf(place);
      for (const link of contents.querySelectorAll('a')) {
        if (link.pathname === path && link.hash === '') link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
      }
      for (const group of [...ofGuides, ...ofApi]) if (group.querySelector('[aria-current]')) group.open = true;
      contents.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    },
  };
}

function groupOf(title: string, links: HTMLElement[], attributes: Record<string, string>): HTMLDetailsElement {
  const list = element('ul', {}, ...links.map((link) => element('li', {}, link)));
  return element('details', attributes, element('summary', {}, title), list);
}

function pathOf({ id, kind }: Place): string {
  if (kind === 'guide') return guideLink(id);
  if (kind === 'overview') return apiPath;
  return kind === 'group' ? groupPath(id) : operationPath(id);
}

function linkTo({ id, method, summary }: ListedOperation): HTMLAnchorElement {
  return element('a', { href: operationPath(id), class: 'place' }, methodBadge(method), element('span', {}, summary));
}

/** Adds the path, since operations on different kinds of plugins have the same summary. A long path wraps before a slash. */
function foundOperation(operation: ListedOperation): HTMLAnchorElement {
  const link = linkTo(operation);
  const parts = operation.path.split(/(?=\/)/).flatMap((part) => [element('wbr'), part]);
  link.lastElementChild?.append(element('code', {}, ...parts));
  return link;
}

function foundGuide({ heading, href, page }: FoundSection): HTMLAnchorElement {
  const under = heading === page ? [] : [element('code', {}, page)];
  return element('a', { href, class: 'place' }, element('span', {}, heading, ...under));
}

/** Loads what the search of the guides looks through when it is first used: it is a megabyte. */
function lazySections(guides: GuideContents): () => Promise<(words: string) => FoundSection[]> {
  let loading: Promise<(words: string) => FoundSection[]> | undefined;
  const load = async () => {
    const response = await fetch('/docs/pages/sections.json');
    const sections: GuideSection[] = response.ok ? await response.json() : [];
    return createGuideSearch(guides, sections);
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

interface Shown {
  results: HTMLElement;
  groups: HTMLElement[];
}

function addSearch(index: ReferenceIndex, guides: GuideContents, { groups, results }: Shown): void {
  const search = document.querySelector<HTMLInputElement>('#search');
  if (!search) return;
  const findOperations = createSearch(index);
  const guideSearch = lazySections(guides);
  const find = async () => {
    const words = search.value;
    const isSearching = words.trim() !== '';
    const operations = (isSearching ? findOperations(words) : []).map(foundOperation);
    show(operations, isSearching);
    if (!isSearching) return;
    const sections = (await guideSearch())(words).map(foundGuide);
    // Something else may have been typed in the meantime.
    if (search.value !== words) return;
    const isInApi = /^\/docs\/(?:api|groups|operations)/.test(location.pathname);
    show(isInApi ? [...operations, ...sections] : [...sections, ...operations], isSearching);
  };
  const show = (found: HTMLElement[], isSearching: boolean) => {
    results.replaceChildren(...found.slice(0, foundMax).map((link) => element('li', {}, link)));
    results.hidden = !isSearching;
    for (const group of groups) group.hidden = isSearching;
    byId('found').textContent = isSearching ? countOf(found.length) : '';
  };
  search.addEventListener('input', find);
  // The reader may have typed while the contents were loading, or the browser may have restored the text.
  void find();
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
  return `${found} found${shown}`;
}

function byId(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element has the ID ${id}`);
  return node;
}
