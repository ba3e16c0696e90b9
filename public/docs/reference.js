// Renders the API reference from /openapi.json: operations by tag, with a filter.

import { element, inline, prose } from './elements.js';
import { badge, operationView } from './operation.js';

/**
 * @typedef {import('./operation.js').Description} Description
 * @typedef {import('./operation.js').Listed} Listed
 */

const content = byId('content');
const groups = byId('groups');
const filter = /** @type {HTMLInputElement} */ (byId('filter'));

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
 * @param {string} title
 * @param {string | undefined} description
 * @param {Listed[]} operations
 * @param {Description} api
 */
function show(title, description, operations, api) {
  const links = operations.map((one) => {
    const { operationId, summary = operationId } = one.operation;
    const searchText = `${one.method} ${one.path} ${summary} ${operationId}`.toLowerCase();
    return element(
      'li',
      { 'data-search': searchText },
      element('a', { href: `#${operationId}` }, badge(one.method), summary),
    );
  });
  groups.append(element('section', {}, element('h2', {}, title), element('ul', {}, ...links)));
  content.append(
    element(
      'section',
      {},
      element('h2', {}, title),
      ...(description === undefined ? [] : [element('p', {}, ...inline(description))]),
      ...operations.map((one) => operationView(one, api)),
    ),
  );
}

function filterOperations() {
  const terms = filter.value.toLowerCase().split(/\s+/);
  for (const group of groups.querySelectorAll('section')) {
    let shown = 0;
    for (const item of group.querySelectorAll('li')) {
      item.hidden = !terms.every((term) => item.dataset.search?.includes(term));
      if (!item.hidden) shown += 1;
    }
    group.hidden = shown === 0;
  }
}

function markCurrent() {
  const id = location.hash.slice(1);
  for (const link of groups.querySelectorAll('a')) {
    if (link.getAttribute('href') === `#${id}`) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  document.getElementById(id)?.scrollIntoView();
}

async function main() {
  const response = await fetch('/openapi.json');
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  /** @type {Description} */
  const api = await response.json();
  const { title, version, description } = api.info;
  content.append(
    element('h1', {}, `${title} API `, element('small', {}, version)),
    ...prose(description),
    element('p', {}, element('a', { href: '/openapi.json' }, 'openapi.json')),
  );
  const operations = listed(api.paths);
  for (const tag of api.tags) {
    const tagged = operations.filter(({ operation }) => operation.tags?.includes(tag.name));
    if (tagged.length > 0) show(tag.name, tag.description, tagged, api);
  }
  show(
    'Webhook events',
    'The requests that Slipway sends to webhooks, one per event type.',
    listed(api.webhooks ?? {}),
    api,
  );
  markCurrent();
}

filter.addEventListener('input', filterOperations);
addEventListener('hashchange', markCurrent);
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === filter) return;
  event.preventDefault();
  filter.focus();
});

main().catch((error) =>
  content.append(
    element('p', { class: 'failed', role: 'alert' }, `The reference could not be loaded: ${error.message}`),
  ),
);
