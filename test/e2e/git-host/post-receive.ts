// Git post-receive hook that reports each pushed ref as a provider would: `post-receive.ts PROVIDER SECRET URL REPOSITORY`. Git sends
// the hook's output to the client that pushed.
import { text } from 'node:stream/consumers';
import { providers, signedPush } from './signed-push.ts';

const [name, secret = '', url = '', repository = ''] = process.argv.slice(2);
const provider = providers.find((one) => one === name);
if (!provider) throw new Error(`The provider ${name} is unknown. Use one of ${providers.join(', ')}.`);
for (const line of (await text(process.stdin)).trim().split('\n')) {
  const [before = '', after = '', ref = ''] = line.split(' ');
  const request = signedPush(provider, secret, { repository, ref, before, after });
  const response = await fetch(url, { method: 'POST', ...request });
  console.log(`${ref}: ${response.status} ${await response.text()}`);
}
