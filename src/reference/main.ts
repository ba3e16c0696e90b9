// Shows the guides, and the API reference: an overview, a page per group of operations, and a page per operation.
import type { GuideContents } from '../contract/guides.ts';
import type { ReferenceIndex } from '../contract/reference.ts';
import { contentsView } from './contents.ts';
import type { ShownOperation } from './document.ts';
import { element } from './elements.ts';
import { readGuide } from './guides/guide-page.ts';
import { operationPage } from './operation/operation-page.ts';
import { followLinks, groupPage, overviewPage } from './overview.ts';
import { findPlace, type Place } from './place.ts';
import { accessChoice } from './request/access.ts';

async function read<Document>(path: string): Promise<Document> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

const content = document.querySelector('main') ?? document.body;
const access = accessChoice();
/** Operations loaded since the page opened. */
const operations = new Map<string, Promise<ShownOperation>>();

function operationOf(id: string): Promise<ShownOperation> {
  const known = operations.get(id) ?? read<ShownOperation>(`/docs/operations/${id}/document.json`);
  operations.set(id, known);
  known.catch(() => operations.delete(id));
  return known;
}

interface Page {
  title: string;
  nodes: HTMLElement[];
}

async function pageOf(place: Place, index: ReferenceIndex, guides: GuideContents): Promise<Page> {
  if (place.kind === 'guide') {
    const guide = guides.flatMap(({ pages }) => pages).find(({ path }) => path === place.id);
    if (!guide) throw new Error(`there is no guide ${place.id}`);
    return readGuide(guide);
  }
  if (place.kind === 'group') {
    const group = index.groups.find(({ id }) => id === place.id);
    if (group) return { title: group.title, nodes: groupPage(group) };
  }
  if (place.kind === 'operation') {
    const shown = await operationOf(place.id);
    const group = index.groups.find((one) => one.operations.some(({ id }) => id === place.id));
    if (group) return { title: shown.operation.summary ?? shown.id, nodes: operationPage(shown, group, access) };
  }
  return { title: 'API reference', nodes: overviewPage(index) };
}

async function main(): Promise<void> {
  const [index, guides] = await Promise.all([
    read<ReferenceIndex>('/docs/index.json'),
    read<GuideContents>('/docs/pages/contents.json'),
  ]);
  const contents = contentsView(index, guides);
  let current: string | undefined;
  const show = async (moves: boolean) => {
    const place = findPlace(location, index);
    if (place.movedTo !== undefined) history.replaceState(null, '', place.movedTo);
    const key = `${place.kind} ${place.id}`;
    // Only the fragment changed, or the same page was opened again, so keep the form's input.
    if (key === current) return;
    current = key;
    const { title, nodes } = await pageOf(place, index, guides).catch((error: unknown) => {
      current = undefined;
      throw error;
    });
    // Another page may have been opened in the meantime.
    if (current !== key) return;
    content.replaceChildren(...nodes);
    document.title = title === 'Slipway' ? title : `${title} · Slipway`;
    contents.mark(place);
    if (location.hash !== '') document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    else if (moves) scrollTo(0, 0);
    if (moves) content.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  };
  await show(false);
  followLinks(() => void show(true).catch(fail));
}

function fail(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  content.replaceChildren(element('p', { class: 'problem', role: 'alert' }, `Could not load the reference: ${reason}`));
}

main().catch(fail);
