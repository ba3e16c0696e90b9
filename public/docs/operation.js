// Renders one operation: its parameters, body, responses, a form that sends it, and a curl command that calls it.
import { codeBlock, element, inline, prose } from './elements.js';
import { exampleOf } from './example.js';
import { fieldsView, fieldView, typeOf } from './schema.js';
import { tryView } from './try.js';

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {{ schema?: Schema }} Media
 * @typedef {{ $ref?: string, description?: string, schema?: Schema, required?: boolean }} Header
 * @typedef {{ $ref?: string, description?: string, headers?: Record<string, Header>, content?: Record<string, Media> }} Response
 * @typedef {{ $ref?: string, name?: string, in?: string, required?: boolean, description?: string, schema?: Schema, example?: unknown }} Parameter
 * @typedef {{
 *   operationId: string, summary?: string, description?: string, tags?: string[], deprecated?: boolean,
 *   security?: unknown[], parameters?: Parameter[], requestBody?: { required?: boolean, content: Record<string, Media> },
 *   responses: Record<string, Response>,
 * }} Operation
 * @typedef {{
 *   info: { title: string, version: string, description?: string },
 *   tags: { name: string, description?: string }[],
 *   paths: Record<string, Record<string, Operation>>,
 *   webhooks?: Record<string, Record<string, Operation>>,
 *   components: {
 *     schemas: Record<string, Schema>, responses: Record<string, Response>, parameters: Record<string, Parameter>,
 *     headers: Record<string, Header>,
 *   },
 * }} Description
 * @typedef {{ method: string, path: string, operation: Operation }} Listed
 */

/**
 * Renders the content of an operation when it is first opened.
 * @param {Listed} listed
 * @param {Description} api
 * @param {() => string} keyOf
 */
export function operationView(listed, api, keyOf) {
  const { method, path, operation } = listed;
  const { operationId, summary = operationId } = operation;
  const title = element('h2', {}, summary);
  const details = element(
    'details',
    { id: operationId, class: 'operation' },
    element('summary', {}, title, element('span', { class: 'path' }, badge(method), element('code', {}, path))),
  );
  details.addEventListener('toggle', () => details.append(...contentOf(listed, api, keyOf)), { once: true });
  return details;
}

/**
 * @param {Listed} listed
 * @param {Description} api
 * @param {() => string} keyOf
 */
function contentOf({ method, path, operation }, api, keyOf) {
  const { description, requestBody } = operation;
  const parameters = (operation.parameters ?? []).map((parameter) =>
    resolveReference(parameter, api.components.parameters),
  );
  const isRoute = path.startsWith('/');
  return [
    element('p', {}, element('a', { href: `#${operation.operationId}` }, 'Link to this operation')),
    ...prose(description),
    ...parametersView(parameters, api),
    ...(requestBody ? bodyView(requestBody, api) : []),
    element('h3', {}, 'Responses'),
    element('div', { class: 'responses' }, ...responsesView(operation.responses, api)),
    ...(isRoute ? [element('h3', {}, 'Try it'), tryView({ method, path, operation }, parameters, api, keyOf)] : []),
    ...(isRoute ? [element('h3', {}, 'curl'), curlOf({ method, path, operation }, parameters, api)] : []),
  ];
}

/** @param {string} method */
export function badge(method) {
  return element('span', { class: `method ${method}` }, method.toUpperCase());
}

/**
 * Returns the component that a reference names, or the value itself.
 * @template {{ $ref?: string }} Value
 * @param {Value} value
 * @param {Record<string, Value>} components
 * @returns {Value}
 */
function resolveReference(value, components) {
  const ref = value.$ref;
  return (ref === undefined ? undefined : components[ref.slice(ref.lastIndexOf('/') + 1)]) ?? value;
}

/**
 * @param {Parameter[]} parameters
 * @param {Description} api
 */
function parametersView(parameters, { components }) {
  if (parameters.length === 0) return [];
  const fields = parameters.map(({ name = '', in: place = '', required = false, description, schema = {} }) =>
    fieldView({ name, schema, required, description, place }, components.schemas),
  );
  return [element('h3', {}, 'Parameters'), element('ul', { class: 'fields' }, ...fields)];
}

/**
 * @param {NonNullable<Operation['requestBody']>} body
 * @param {Description} api
 */
function bodyView({ content, required = false }, { components }) {
  return Object.entries(content).flatMap(([type, { schema = {} }]) => [
    element('h3', {}, 'Body ', element('span', { class: 'type' }, type), ...(required ? [] : [' optional'])),
    fieldsView(schema, components.schemas),
    ...exampleView(type, schema, components.schemas),
  ]);
}

/**
 * @param {string} type
 * @param {Schema} schema
 * @param {Description['components']['schemas']} schemas
 */
function exampleView(type, schema, schemas) {
  const example = type.endsWith('json') ? exampleOf(schema, schemas) : undefined;
  return example === undefined ? [] : [codeBlock(JSON.stringify(example, null, 2), 'the example')];
}

/**
 * @param {Operation['responses']} responses
 * @param {Description} api
 */
function responsesView(responses, { components }) {
  return Object.entries(responses).map(([status, response]) => {
    const { description = '', content = {}, headers = {} } = resolveReference(response, components.responses);
    const heading = [element('code', { class: `status s${status[0]}` }, status), ' ', ...inline(description)];
    const media = Object.entries(content);
    if (media.length === 0) return element('p', { class: 'response' }, ...heading);
    const details = element('details', { class: 'response' }, element('summary', {}, ...heading));
    details.addEventListener(
      'toggle',
      () => {
        details.append(...headersView(headers, components));
        for (const [type, { schema = {} }] of media)
          details.append(
            element('p', { class: 'type' }, `${type} · ${typeOf(schema)}`),
            fieldsView(schema, components.schemas),
            ...exampleView(type, schema, components.schemas),
          );
      },
      { once: true },
    );
    return details;
  });
}

/**
 * @param {Record<string, Header>} headers
 * @param {Description['components']} components
 */
function headersView(headers, components) {
  const fields = Object.entries(headers).map(([name, header]) => {
    const { schema = {}, description } = resolveReference(header, components.headers);
    return fieldView({ name, schema, required: false, description }, components.schemas);
  });
  return fields.length === 0
    ? []
    : [element('p', { class: 'type' }, 'Headers'), element('ul', { class: 'fields' }, ...fields)];
}

/**
 * @param {Listed} listed
 * @param {Parameter[]} parameters
 * @param {Description} api
 */
function curlOf({ method, path, operation }, parameters, { components }) {
  const examples = parameters.filter(({ required, example }) => required && example !== undefined);
  const inPlace = (/** @type {string} */ place) => examples.filter((parameter) => parameter.in === place);
  let url = path;
  for (const { name, example } of inPlace('path')) url = url.replace(`{${name}}`, encodeURIComponent(String(example)));
  const query = inPlace('query').map(({ name, example }) => `${name}=${encodeURIComponent(String(example))}`);
  const json = operation.requestBody?.content['application/json'];
  const isForm = operation.requestBody?.content['multipart/form-data'] !== undefined;
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${location.origin}${url}${query.length > 0 ? `?${query.join('&')}` : ''}'`,
    ...(operation.security?.length === 0 ? [] : [`-H "Authorization: Bearer $SLIPWAY_API_KEY"`]),
    ...(json
      ? [
          `-H 'Content-Type: application/json'`,
          `-d ${quoted(JSON.stringify(exampleOf(json.schema ?? {}, components.schemas)))}`,
        ]
      : []),
    ...(isForm ? ['-F file=@plugin.zip', '-F name=text_profile', '-F version=1.0.0'] : []),
  ];
  return codeBlock(lines.join(' \\\n  '), 'the command');
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
