// The pages without an operation: what the API has, and the operations of a group.
import type { ReferenceGroup, ReferenceIndex } from '../contract/reference.ts';
import { element, inline, methodBadge, prose } from './elements.ts';
import { groupPath, operationPath } from './place.ts';

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
    element('p', { class: 'quiet' }, element('a', { href: '/docs' }, 'All groups')),
    element('h1', { tabindex: '-1' }, title),
    element('p', {}, ...inline(description)),
    element('ul', { class: 'rows' }, ...rows),
  ];
}
