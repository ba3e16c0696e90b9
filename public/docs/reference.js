// Shows the API reference from /openapi.json: an overview, and a page for each group of operations. The hash names the group, or an
// operation that is opened in its group.

import { element, inline, prose } from './elements.js';
import { badge, operationView } from './operation.js';

/**
 * @typedef {import('./operation.js').Description} Description
 * @typedef {import('./operation.js').Listed} Listed
 * @typedef {{ id: string, title: string, description: string, operations: Listed[] }} Group
 */

const content = byId('content');
const contents = byId('groups');
const filter = /** @type {HTMLInputElement} */ (byId('filter'));
const found = byId('found');
const key = /** @type {HTMLInputElement} */ (byId('key'));

/** @param {string} id */
function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`no element has the ID ${id}`);
  return node;
}

/**
 * @param {Description['paths']} paths
 * @returns {Listed[]}
 */
function listed(paths) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

/**
 * @param {Description} api
 * @returns {Group[]}
 */
function groupsOf(api) {
  const operations = listed(api.paths);
  const tagged = api.tags.map(({ name, description = '' }) => ({
    id: `group-${name.toLowerCase().replaceAll(' ', '-')}`,
    title: name,
    description,
    operations: operations.filter(({ operation }) => operation.tags?.includes(name)),
  }));
  const events = {
    id: 'group-webhook-events',
    title: 'Webhook events',
    description: 'The requests that Slipway sends to webhooks, one per event type.',
    operations: listed(api.webhooks ?? {}),
  };
  return [...tagged, events].filter((group) => group.operations.length > 0);
}

/** @param {Group} group */
function contentsOf({ id, title, operations }) {
  const links = operations.map(({ method, path, operation }) => {
    const { operationId, summary = operationId } = operation;
    const searchText = `${method} ${path} ${summary} ${operationId} ${title}`.toLowerCase();
    const link = element('a', { href: `#${operationId}` }, badge(method), summary);
    return element('li', { 'data-search': searchText }, link);
  });
  const heading = element('summary', {}, title);
  return element('details', { 'data-group': id }, heading, element('ul', {}, ...links));
}

/** Shows the operations that have all words, and without any words the groups, with the current one open. */
function filterOperations() {
  const terms = filter.value.toLowerCase().split(/\s+/);
  const isFiltered = filter.value.trim() !== '';
  let total = 0;
  for (const group of contents.querySelectorAll('details')) {
    let shown = 0;
    for (const item of group.querySelectorAll('li')) {
      item.hidden = !terms.every((term) => item.dataset.search?.includes(term));
      if (!item.hidden) shown += 1;
    }
    group.hidden = shown === 0;
    group.open = isFiltered || group.querySelector('[aria-current]') !== null;
    total += shown;
  }
  found.textContent = isFiltered ? `${total} ${total === 1 ? 'operation' : 'operations'}` : '';
}

/**
 * @param {Group[]} groups
 * @param {Description} api
 */
function overview(groups, { info }) {
  const { title, version, description } = info;
  const rows = groups.map((group) =>
    element(
      'li',
      {},
      element('a', { href: `#${group.id}` }, group.title),
      element('span', { class: 'count' }, String(group.operations.length)),
      element('p', {}, ...inline(group.description)),
    ),
  );
  return [
    element('h1', { tabindex: '-1' }, `${title} API `, element('small', {}, version)),
    ...prose(description),
    element(
      'p',
      {},
      element('a', { href: '/openapi.json' }, 'openapi.json'),
      ' · ',
      element('a', { href: '/docs/problems' }, 'Problems'),
    ),
    element('ul', { class: 'groups' }, ...rows),
  ];
}

/**
 * @param {Group} group
 * @param {Description} api
 */
function groupView({ title, description, operations }, api) {
  return [
    element('p', {}, element('a', { href: '#' }, 'All operations')),
    element('h1', { tabindex: '-1' }, title),
    element('p', {}, ...inline(description)),
    ...operations.map((one) => operationView(one, api, () => key.value.trim())),
  ];
}

/**
 * @param {Group[]} groups
 * @param {Description} api
 */
function show(groups, api) {
  const id = decodeURIComponent(location.hash.slice(1));
  const group = groups.find(
    (one) => one.id === id || one.operations.some(({ operation }) => operation.operationId === id),
  );
  if (content.dataset.group !== (group?.id ?? '')) {
    content.replaceChildren(...(group ? groupView(group, api) : overview(groups, api)));
    content.dataset.group = group?.id ?? '';
    document.title = `${group ? `${group.title} · ` : ''}Slipway API`;
  }
  for (const link of contents.querySelectorAll('a')) {
    if (link.getAttribute('href') === `#${id}`) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  for (const entry of contents.querySelectorAll('details')) if (entry.dataset.group === group?.id) entry.open = true;
  reveal(group && group.id !== id ? document.getElementById(id) : null);
}

/** @param {HTMLElement | null} operation */
function reveal(operation) {
  if (!(operation instanceof HTMLDetailsElement)) return scrollTo(0, 0);
  // Its content is rendered when it opens.
  if (operation.open) operation.scrollIntoView();
  else operation.addEventListener('toggle', () => operation.scrollIntoView(), { once: true });
  operation.open = true;
  operation.querySelector('summary')?.focus({ preventScroll: true });
}

async function main() {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  /** @type {Description} */
  const api = await response.json();
  const groups = groupsOf(api);
  contents.append(...groups.map(contentsOf));
  show(groups, api);
  addEventListener('hashchange', () => show(groups, api));
}

filter.addEventListener('input', filterOperations);
addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.matches('input, textarea, select');
  if (event.key !== '/' || isTyping) return;
  event.preventDefault();
  filter.focus();
});

main().catch((error) =>
  content.append(
    element('p', { class: 'failed', role: 'alert' }, `The reference could not be loaded: ${error.message}`),
  ),
);
