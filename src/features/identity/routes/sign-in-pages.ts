// Renders the pages that end a sign-in. They have no script and no style, so that nothing in them can run.
import type { Context } from 'hono';
import { html } from 'hono/html';
import type { AppEnv } from '../../../api/context/context.ts';
import { plainPagePolicy } from '../../../api/responses/security-headers.ts';

/** Goes to a page of the console at once. */
export function onwardPage(c: Context<AppEnv>, path: string): Response | Promise<Response> {
  return page(c, 'Signed in', {
    head: html`<meta http-equiv="refresh" content="0;url=${path}" />`,
    text: html`<p>You are signed in. <a href="${path}">Go to the console</a></p>`,
  });
}

/** Says why a sign-in failed. */
export function failurePage(c: Context<AppEnv>, reason: string): Response | Promise<Response> {
  c.status(400);
  return page(c, 'You are not signed in', {
    head: html``,
    text: html`<p>${reason}</p>
      <p><a href="/sign-in">Sign in again</a></p>`,
  });
}

type Html = ReturnType<typeof html>;

function page(c: Context<AppEnv>, title: string, { head, text }: { head: Html; text: Html }) {
  c.header('content-security-policy', plainPagePolicy);
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${head}
        <title>${title} · Slipway</title>
      </head>
      <body>
        <h1>${title}</h1>
        ${text}
      </body>
    </html>`);
}
