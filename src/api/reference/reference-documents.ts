// Extracts the data for the API reference's pages from the OpenAPI document: the operation list, and each operation with the components
// it refers to. This way, no page loads the whole document.
import type { OperationDocument, ReferenceGroup, ReferenceIndex } from '../../contract/reference.ts';
import { problems } from '../../core/problem.ts';
import { operationProblems } from '../openapi/operation-problems.ts';
import { type Document, documentedMethods } from '../openapi/route-definitions.ts';
import { problemPath } from '../problems/problem-json.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;

interface Found {
  method: (typeof documentedMethods)[number];
  path: string;
  operation: Operation;
  isWebhook: boolean;
}

export interface Reference {
  index: ReferenceIndex;
  operation(id: string): OperationDocument | undefined;
}

export function buildReference(document: Document): Reference {
  const found = [...operationsOf(document.paths ?? {}, false), ...operationsOf(document.webhooks ?? {}, true)];
  const byId = new Map(found.map((one) => [one.operation.operationId ?? '', one]));
  return {
    index: indexOf(document, found),
    operation: (id) => {
      const one = byId.get(id);
      return one && documentOf(document, id, one);
    },
  };
}

function operationsOf(items: NonNullable<Document['webhooks']>, isWebhook: boolean): Found[] {
  return Object.entries(items).flatMap(([path, item]) =>
    documentedMethods.flatMap((method) => {
      const operation = '$ref' in item ? undefined : item[method];
      return operation ? [{ method, path, operation, isWebhook }] : [];
    }),
  );
}

function indexOf({ info, tags = [] }: Document, found: Found[]): ReferenceIndex {
  const tagged = tags.map(({ name, description = '' }) =>
    groupOf(
      name,
      description,
      found.filter((one) => !one.isWebhook && one.operation.tags?.includes(name)),
    ),
  );
  const events = groupOf(
    'Webhook events',
    'The requests that Slipway sends to webhooks, one per event type.',
    found.filter(({ isWebhook }) => isWebhook),
  );
  return {
    title: info.title,
    version: info.version,
    description: info.description ?? '',
    groups: [...tagged, events].filter(({ operations }) => operations.length > 0),
  };
}

function groupOf(title: string, description: string, found: Found[]): ReferenceGroup {
  const operations = found.map(({ method, path, operation: { operationId: id = '', summary = id } }) => ({
    id,
    method,
    path,
    summary,
  }));
  return { id: title.toLowerCase().replaceAll(' ', '-'), title, description, operations };
}

function documentOf(document: Document, id: string, { method, path, operation, isWebhook }: Found): OperationDocument {
  const codes = isWebhook ? [] : operationProblems(method, path, operation);
  return {
    id,
    method,
    path,
    isWebhook,
    operation,
    components: componentsOf(document, operation),
    problems: codes.map((code) => ({ code, ...problems[code], url: problemPath(code) })),
  };
}

/** Returns the components that a part of a document refers to, directly or indirectly. */
export function componentsOf(
  { components = {} }: { components?: object },
  part: unknown,
): OperationDocument['components'] {
  const kinds = new Map(Object.entries(components).map(([kind, named]) => [kind, new Map(Object.entries(named))]));
  const needed: OperationDocument['components'] = {};
  const waiting = [part];
  for (const next of waiting) {
    for (const { kind, name } of referencesIn(next)) {
      if (needed[kind]?.[name] !== undefined) continue;
      const component: unknown = kinds.get(kind)?.get(name);
      needed[kind] = { ...needed[kind], [name]: component };
      waiting.push(component);
    }
  }
  return needed;
}

function referencesIn(node: unknown): { kind: string; name: string }[] {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(referencesIn);
  if (!('$ref' in node) || typeof node.$ref !== 'string') return inside;
  const [, , kind = '', name = ''] = node.$ref.split('/');
  return [{ kind, name }, ...inside];
}
