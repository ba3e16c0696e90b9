// Runs on another machine, which reaches Slipway only through its public URL: visitor.ts URL FOLDER. The folder has the certificate for
// its own HTTPS server, and the variable ACCESS has {api_key, namespace_id}. Prints a line for each completed step.
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { SlipwayClient } from '../../src/client/client.ts';
import { deployAndWait, ExtractorClient } from '../demo/extractor-client.ts';
import { packFolder } from '../demo/pack.ts';
import { signInLink } from '../local/organization.ts';
import { print } from '../machine/terminal.ts';

const receiverUrl = 'https://receiver.example.com/slipway';
const waitMs = 120_000;
const accessSchema = z.object({ api_key: z.string(), namespace_id: z.string() });
const eventSchema = z.object({ type: z.string() });

const [url = '', folder = ''] = process.argv.slice(2);
const access = { ...accessSchema.parse(JSON.parse(process.env.ACCESS ?? '')), url };
const api = new SlipwayClient({ baseUrl: url, apiKey: access.api_key });
await refusedWithoutKey();
const { event } = await receiver();
await publishAndCall();
await consoleOpens();
print(`webhook ${eventSchema.parse(await event).type} received, and its signature verified`);
process.exit();

async function refusedWithoutKey(): Promise<void> {
  const { status } = await fetch(`${url}/api/plugins`);
  if (status !== 401) throw new Error(`/api/plugins responded with ${status} without a key`);
  print('nothing without a key: 401');
}

/** `event` resolves with the first event that Slipway delivers, verified by the library for receivers. */
async function receiver(): Promise<{ event: Promise<unknown> }> {
  const content = JSON.stringify({ url: receiverUrl, events: ['version.'] });
  const created = await api.request('post', '/v1/webhooks', { content });
  const { secret } = z.object({ secret: z.string() }).parse(await created.json());
  const webhook = new Webhook(secret);
  const event = new Promise<unknown>((resolve, reject) => {
    setTimeout(() => reject(new Error('no webhook came')), waitMs).unref();
    const tls = { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) };
    const server = createServer(tls, async (request, response) => {
      const body = await text(request);
      response.end();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      try {
        resolve(webhook.verify(body, headers));
      } catch (error) {
        reject(error);
      }
    });
    server.listen(443);
  });
  return { event };
}

async function publishAndCall(): Promise<void> {
  const client = new ExtractorClient(access);
  const archive = await nextVersion('examples/text_profile', '2.0.0');
  const upload = await client.requestUpload('text_profile', '2.0.0', archive.length);
  const origin = new URL(upload.presigned_url).origin;
  if (origin !== new URL(url).origin) throw new Error(`the presigned URL points to ${origin}`);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  print(`published by a PUT to ${origin}`);
  const id = 'text_profile_2_0_0';
  await deployAndWait(client, id, waitMs);
  const answer = await client.call(id, { text: 'A slipway lets a ship go gently.' });
  if (answer.status !== 'success') throw new Error(`the call failed: ${answer.error}`);
  print(`called ${id}`);
}

/** Packs a copy of a plugin with another version in its manifest. */
async function nextVersion(example: string, version: string) {
  const copy = await mkdtemp(join(tmpdir(), 'slipway-visitor-'));
  await cp(example, copy, { recursive: true });
  const manifest = join(copy, 'manifest.py');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"1.0.0"', `"${version}"`));
  return packFolder(copy);
}

/** Acts as a browser does: loads the page and its script, and starts a session with a sign-in link. */
async function consoleOpens(): Promise<void> {
  const page = await (await fetch(`${url}/`, { headers: { accept: 'text/html' } })).text();
  const script = /src="([^"]+\.js)"/.exec(page)?.[1];
  if (script === undefined) throw new Error(`no script in ${page.slice(0, 200)}`);
  const loaded = await fetch(new URL(script, url));
  if (!loaded.ok) throw new Error(`${script} answered ${loaded.status}`);
  const link = await signInLink(access);
  if (!link.startsWith(`${url}/#link=`)) throw new Error(`the sign-in link is ${link}`);
  const used = await fetch(`${url}/v1/session/links/use`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ link: link.split('=')[1] }),
  });
  const cookie = used.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the link did not start a session: ${used.status} ${await used.text()}`);
  const session = await fetch(`${url}/v1/session`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
  if (!session.ok) throw new Error(`the session responded with ${session.status} ${await session.text()}`);
  print('console loaded, and signed in with a link');
}
