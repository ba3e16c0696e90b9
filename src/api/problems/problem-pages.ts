// Serves each problem's documentation under its `type`, from the problems table.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { isProblemCode, type ProblemCode, problems } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { problemPath } from './problem-json.ts';
import { pathNotFound, problemType } from './problem-response.ts';

export function addProblemPages(app: OpenAPIHono<AppEnv>, headers: Record<string, string>): void {
  app.get('/docs/problems', (c) => c.html(problemList(), 200, headers));
  app.get('/docs/problems/:code', (c) => {
    const code = c.req.param('code');
    if (!isProblemCode(code)) throw pathNotFound(c.req.path);
    return c.html(problemPage(code), 200, headers);
  });
}

function problemList(): string {
  const rows = Object.keys(problems)
    .filter(isProblemCode)
    .map((code) => {
      const { status, title } = problems[code];
      return `<tr><td>${status}</td><td><a href="${problemPath(code)}"><code>${code}</code></a></td><td>${inline(title)}</td></tr>`;
    });
  const head = '<tr><th scope="col">Status</th><th scope="col">Code</th><th scope="col">Problem</th></tr>';
  return page('Problems', [
    '<p>All API errors. A request with <code>Accept: application/problem+json</code> gets its error as RFC 9457, with the URL of its page as <code>type</code>.</p>',
    `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`,
  ]);
}

function problemPage(code: ProblemCode): string {
  const { hint, status, title } = problems[code];
  return page(title, [
    `<p>Status <code>${status}</code> · code <code>${code}</code> · <code>error.type</code> in other bodies <code>${problemType(code)}</code></p>`,
    `<h2>What to do</h2><p>${inline(hint)}</p>`,
    "<p>A response's <code>detail</code> says what went wrong, and its <code>hint</code> may be more specific than this page. To find the request in the log, search for its <code>request_id</code>.</p>",
    '<p><a href="/docs/problems">All problems</a></p>',
  ]);
}

const links = [
  ['/docs', 'Guides'],
  ['/docs/api', 'API reference'],
  ['/docs/problems', 'Problems'],
  ['/openapi.json', 'openapi.json'],
  ['/', 'Console'],
]
  .map(([url, text]) => `<a href="${url}">${text}</a>`)
  .join('');

/** Uses the files of the API reference (src/reference). */
function page(title: string, parts: string[]): string {
  const meta =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">';
  const files =
    '<script src="/docs/first-colors.js"></script><link rel="icon" href="/docs/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/docs/reference.css">';
  const head = `<head>${meta}${files}<title>${escaped(title)} · Slipway API</title></head>`;
  const top = `<header class="top"><nav class="links" aria-label="Documents">${links}</nav></header>`;
  const main = `<main id="content" class="single"><h1>${inline(title)}</h1>${parts.join('')}</main>`;
  return `<!doctype html><html lang="en">${head}<body>${top}${main}</body></html>`;
}

/** Renders text between backticks as code. */
function inline(text: string): string {
  return escaped(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
