// A form that sends a request of an operation to this server, with the API key that was entered on the page, and shows the answer.
import { element } from './elements.js';
import { exampleOf } from './example.js';
import { resolved } from './schema.js';

/**
 * @typedef {import('./schema.js').Schema} Schema
 * @typedef {import('./operation.js').Description} Description
 * @typedef {import('./operation.js').Listed} Listed
 * @typedef {import('./operation.js').Parameter} Parameter
 * @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control
 * @typedef {{ name: string, place: string, control: Control }} Field
 */

/** Longest answer that is shown. */
const shownCharacters = 200_000;

/**
 * @param {Listed} listed
 * @param {Parameter[]} parameters
 * @param {Description} api
 * @param {() => string} keyOf
 */
export function tryView({ method, path, operation }, parameters, api, keyOf) {
  const fields = [
    ...parameters.map((parameter) => parameterField(parameter, operation.operationId, api)),
    ...bodyFields(operation, api),
  ];
  const answer = element('div', { class: 'answer', role: 'status' });
  const send = element('button', { type: 'submit' }, `Send ${method.toUpperCase()} request`);
  const stop = element('button', { type: 'button', hidden: '' }, 'Stop');
  const form = element('form', { class: 'try' }, ...fields.map(fieldRow), element('p', {}, send, ' ', stop), answer);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const sending = new AbortController();
    stop.onclick = () => sending.abort();
    send.setAttribute('disabled', '');
    stop.hidden = false;
    try {
      await showAnswer(requestOf(method, path, fields, keyOf()), sending.signal, answer);
    } catch (error) {
      const reason = sending.signal.aborted
        ? 'Stopped.'
        : `No answer: ${error instanceof Error ? error.message : error}`;
      answer.append(element('p', { class: 'failed' }, reason));
    }
    send.removeAttribute('disabled');
    stop.hidden = true;
  });
  return form;
}

/** @param {Field} field */
function fieldRow({ name, place, control }) {
  const label = element('label', { for: control.id }, element('code', {}, name), ' ');
  label.append(element('span', { class: 'place' }, control.required ? `${place}, required` : place));
  return element('div', { class: 'field' }, label, control);
}

/**
 * @param {Parameter} parameter
 * @param {string} operationId
 * @param {Description} api
 * @returns {Field}
 */
function parameterField({ name = '', in: place = '', required = false, schema = {} }, operationId, { components }) {
  const control = controlOf(resolved(schema, components.schemas));
  control.id = `${operationId}-${place}-${name}`;
  control.required = required;
  return { name, place, control };
}

/**
 * @param {Schema} schema
 * @returns {Control}
 */
function controlOf({ enum: options, type, format, contentEncoding }) {
  const choices = options?.map(String) ?? (type === 'boolean' ? ['true', 'false'] : undefined);
  if (choices) {
    const select = document.createElement('select');
    select.append(...['', ...choices].map((choice) => element('option', { value: choice }, choice)));
    return select;
  }
  const input = document.createElement('input');
  input.type = format === 'binary' || contentEncoding === 'binary' ? 'file' : 'text';
  if (type === 'integer' || type === 'number') input.inputMode = 'numeric';
  input.autocomplete = 'off';
  input.spellcheck = false;
  return input;
}

/**
 * The fields of a form, or a text with the example of JSON.
 * @param {Listed['operation']} operation
 * @param {Description} api
 * @returns {Field[]}
 */
function bodyFields({ operationId, requestBody }, { components }) {
  const form = requestBody?.content['multipart/form-data'];
  if (form) {
    const { properties = {}, required = [] } = resolved(form.schema ?? {}, components.schemas);
    return Object.entries(properties).map(([name, schema]) => {
      const control = controlOf(resolved(schema, components.schemas));
      control.id = `${operationId}-form-${name}`;
      control.required = required.includes(name);
      return { name, place: 'form', control };
    });
  }
  const json = requestBody?.content['application/json'];
  if (!json) return [];
  const control = document.createElement('textarea');
  control.id = `${operationId}-body`;
  control.spellcheck = false;
  control.required = requestBody?.required === true;
  control.value = control.required ? JSON.stringify(exampleOf(json.schema ?? {}, components.schemas), null, 2) : '';
  control.rows = Math.min(16, Math.max(3, control.value.split('\n').length));
  return [{ name: 'JSON', place: 'body', control }];
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Field[]} fields
 * @param {string} key
 */
function requestOf(method, path, fields, key) {
  const sent = fields.filter(({ control }) => control.value !== '');
  const inPlace = (/** @type {string} */ place) => sent.filter((field) => field.place === place);
  let url = path;
  for (const { name, control } of inPlace('path')) url = url.replace(`{${name}}`, encodeURIComponent(control.value));
  const query = new URLSearchParams(inPlace('query').map(({ name, control }) => [name, control.value]));
  const headers = new Headers(inPlace('header').map(({ name, control }) => [name, control.value]));
  if (key !== '') headers.set('authorization', `Bearer ${key}`);
  const [json] = inPlace('body');
  if (json) headers.set('content-type', 'application/json');
  const form = inPlace('form');
  const body = json?.control.value ?? (form.length > 0 ? formOf(form) : undefined);
  // Sends no cookies: a request has the access of the key that was entered, and no other.
  return new Request(`${url}${query.size > 0 ? `?${query}` : ''}`, {
    method: method.toUpperCase(),
    headers,
    credentials: 'omit',
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
}

/** @param {Field[]} fields */
function formOf(fields) {
  const data = new FormData();
  for (const { name, control } of fields) {
    const file = control instanceof HTMLInputElement ? control.files?.[0] : undefined;
    data.set(name, file ?? control.value);
  }
  return data;
}

/**
 * @param {Request} request
 * @param {AbortSignal} signal
 * @param {HTMLElement} answer
 */
async function showAnswer(request, signal, answer) {
  answer.replaceChildren(element('p', {}, 'Waiting for the answer…'));
  const startedAt = performance.now();
  const response = await fetch(request, { signal });
  const { headers, status, type } = response;
  const took = `${Math.round(performance.now() - startedAt)} ms`;
  const summary = type === 'opaqueredirect' ? 'A redirect, which this page does not follow' : String(status);
  const id = headers.get('slipway-request-id');
  const facts = [took, headers.get('content-type'), id].filter((fact) => fact !== null).join(' · ');
  const shown = element('code', {});
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': 'the answer' }, shown);
  answer.replaceChildren(element('p', {}, element('strong', { class: `status s${summary[0]}` }, summary), ` ${facts}`));
  if (type === 'opaqueredirect' || status === 204 || status === 304) return;
  answer.append(element('div', { class: 'code' }, block));
  await readInto(shown, response);
}

/**
 * Shows text as it arrives. JSON is indented at its end.
 * @param {HTMLElement} shown
 * @param {Response} response
 */
async function readInto(shown, { body, headers }) {
  const type = headers.get('content-type') ?? '';
  if (!/^text\/|json/.test(type)) {
    shown.textContent = `${headers.get('content-length') ?? 'Some'} bytes, not shown`;
    return body?.cancel();
  }
  let text = '';
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    text += part.value;
    shown.textContent = text.slice(0, shownCharacters);
    if (text.length <= shownCharacters) continue;
    shown.append('\n… the rest is not shown');
    return reader?.cancel();
  }
  if (/^application\/(problem\+)?json/.test(type)) shown.textContent = JSON.stringify(JSON.parse(text), null, 2);
}
