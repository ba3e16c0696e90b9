// A form that sends an operation's request to this server and shows the response.
import { listParameters, type Parameter, resolved, type Schema, type ShownOperation } from '../document.ts';
import { element } from '../elements.ts';
import type { Access } from './access.ts';
import { showAnswer } from './answer.ts';
import { type Entered, exampleJson, isBinary } from './draft.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface Field {
  name: string;
  place: string;
  control: Control;
}

const bodyRowsMax = 16;

export function tryForm(shown: ShownOperation, access: Access): { form: HTMLElement; entered(): Entered[] } {
  const fields = [...listParameters(shown).map((one) => parameterField(one, shown)), ...bodyFields(shown)];
  const answer = { status: element('p', { role: 'status' }), rest: element('div', {}) };
  const answerView = element('div', { class: 'answer' }, answer.status, answer.rest);
  const send = element('button', { type: 'submit', class: 'primary' }, `Send ${shown.method.toUpperCase()} request`);
  const stop = element('button', { type: 'button', hidden: '' }, 'Stop');
  const buttons = element('p', { class: 'actions' }, send, stop);
  const form = element('form', { class: 'try' }, access.node, ...fields.map(fieldRow), buttons, answerView);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const sending = new AbortController();
    stop.onclick = () => sending.abort();
    send.disabled = true;
    stop.hidden = false;
    try {
      const { url, ...request } = requestOf(shown, fields);
      await showAnswer(url, { ...access.applied(request), signal: sending.signal }, answer);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      answer.status.replaceChildren(sending.signal.aborted ? 'Stopped.' : `No answer: ${reason}`);
    }
    send.disabled = false;
    stop.hidden = true;
  });
  return { form, entered: () => fields.map(enteredIn) };
}

function enteredIn({ name, place, control }: Field): Entered {
  const file = control instanceof HTMLInputElement ? control.files?.[0] : undefined;
  return { name, place, text: control.value, file };
}

function fieldRow({ name, place, control }: Field): HTMLElement {
  const label = element('label', { for: control.id }, element('code', {}, name), ' ');
  label.append(element('span', { class: 'type' }, control.required ? `${place}, required` : place));
  return element('div', { class: 'field' }, label, control);
}

function parameterField(parameter: Parameter, { components }: ShownOperation): Field {
  const { name = '', in: place = '', required = false, schema = {}, example } = parameter;
  const control = controlOf(resolved(schema, components.schemas));
  control.id = `${place}-${name}`;
  control.required = required;
  if (control instanceof HTMLInputElement && example !== undefined) control.placeholder = String(example);
  return { name, place, control };
}

function controlOf(schema: Schema): Control {
  const choices = schema.enum?.map(String) ?? (schema.type === 'boolean' ? ['true', 'false'] : undefined);
  if (choices) {
    const options = ['', ...choices].map((choice) => element('option', { value: choice }, choice));
    return element('select', {}, ...options);
  }
  const input = element('input', {
    type: isBinary(schema) ? 'file' : 'text',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  if (schema.type === 'integer' || schema.type === 'number') input.inputMode = 'numeric';
  return input;
}

/** Returns the form's body fields, or a text area with the JSON example. */
function bodyFields(shown: ShownOperation): Field[] {
  const { requestBody } = shown.operation;
  const form = requestBody?.content['multipart/form-data'];
  if (form) return formFields(resolved(form.schema ?? {}, shown.components.schemas), shown);
  if (requestBody?.content['application/json'] === undefined) return [];
  const control = element('textarea', { id: 'body', spellcheck: 'false' });
  control.required = requestBody.required === true;
  control.value = control.required ? exampleJson(shown) : '';
  if (!control.required) control.placeholder = exampleJson(shown);
  control.rows = Math.min(bodyRowsMax, Math.max(3, control.value.split('\n').length));
  return [{ name: 'JSON', place: 'body', control }];
}

function formFields({ properties = {}, required = [] }: Schema, { components }: ShownOperation): Field[] {
  return Object.entries(properties).map(([name, schema]) => {
    const control = controlOf(resolved(schema, components.schemas));
    control.id = `form-${name}`;
    control.required = required.includes(name);
    return { name, place: 'form', control };
  });
}

function requestOf({ method, path }: ShownOperation, fields: Field[]): RequestInit & { url: string } {
  const sent = fields.map(enteredIn).filter(({ text }) => text !== '');
  const inPlace = (place: string) => sent.filter((field) => field.place === place);
  const filled = inPlace('path').reduce(
    (url, { name, text }) => url.replace(`{${name}}`, () => encodeURIComponent(text)),
    path,
  );
  const query = new URLSearchParams(inPlace('query').map(({ name, text }) => [name, text]));
  const headers = new Headers(inPlace('header').map(({ name, text }) => [name, text]));
  const [json] = inPlace('body');
  if (json) headers.set('content-type', 'application/json');
  const form = inPlace('form');
  const body = json?.text ?? (form.length > 0 ? formOf(form) : undefined);
  const url = `${filled}${query.size > 0 ? `?${query}` : ''}`;
  return { url, method: method.toUpperCase(), headers, ...(body === undefined ? {} : { body }) };
}

function formOf(form: Entered[]): FormData {
  const data = new FormData();
  for (const { name, file, text } of form) data.set(name, file ?? text);
  return data;
}
