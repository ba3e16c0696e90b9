// Text that a click copies: an ID, a digest, a command.
import { useState } from 'react';
import { writeJson } from '../../core/json/text.ts';
import { compactJson, readJsonTree } from '../../core/json/tree.ts';
import { quoted, word } from '../../core/shell.ts';

const shownMs = 1500;

/** `isShort` shows only the button, next to something that represents the text. */
export function Copyable({ text, label = text, isShort = false }: { text: string; label?: string; isShort?: boolean }) {
  const [copied, copy] = useCopy(text);
  return (
    <span className="copyable">
      {!isShort && <code>{text}</code>}
      <button type="button" onClick={copy} aria-label={copied ? undefined : `Copy ${isShort ? 'ID ' : ''}${label}`}>
        {copied ? 'Copied' : isShort ? 'Copy ID' : 'Copy'}
      </button>
    </span>
  );
}

/** A button that copies text that isn't shown. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, copy] = useCopy(text);
  return (
    <button type="button" onClick={copy}>
      {copied ? 'Copied' : label}
    </button>
  );
}

function useCopy(text: string): [copied: boolean, copy: () => void] {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), shownMs);
  };
  return [copied, () => void copy()];
}

/** A request and the equivalent CLI command. */
export interface SameAs {
  /** Default: `slipway api` with the request. */
  cli?: string | undefined;
  /** If missing, no single request does the same. */
  path?: string;
  query?: object | undefined;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Form fields in curl syntax: `file=@archive.zip`. */
  form?: readonly string[];
}

function curlCommand(path: string, { body, form = [], method = 'GET', query = {} }: SameAs): string {
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`} -H "Authorization: Bearer $SLIPWAY_API_KEY"`,
    quoted(`${location.origin}${pathWithQuery(path, query)}`),
    ...(body === undefined ? [] : [`--json ${quoted(jsonText(body))}`]),
    ...form.map((field) => `-F ${quoted(field)}`),
  ].join(' ');
}

function slipwayCommand({ body = {}, cli, method = 'GET', path = '', query = {} }: SameAs): string {
  if (cli !== undefined) return cli;
  const fields = Object.entries(typeof body === 'object' && body !== null ? body : {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      return typeof value === 'string' ? `-f ${word(`${name}=${value}`)}` : `-F ${word(`${name}=${jsonText(value)}`)}`;
    });
  return ['slipway api', method, word(pathWithQuery(path, query)), ...fields].join(' ');
}

function pathWithQuery(path: string, query: object): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

function jsonText(value: unknown): string {
  return compactJson(readJsonTree(writeJson(value)));
}

/** Shows the page's content or an action as a CLI command and as an HTTP request. */
export function AsCommand({ of = 'As a command', ...same }: SameAs & { of?: string }) {
  return (
    <details className="commands">
      <summary>{of}</summary>
      <p>
        <Copyable text={slipwayCommand(same)} label="the command" />
      </p>
      {same.path !== undefined && (
        <p>
          <Copyable text={curlCommand(same.path, same)} label="the request" />
        </p>
      )}
    </details>
  );
}
