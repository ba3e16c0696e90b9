// Sends requests through the proxy that the environment names, as other commands do. Node can since 24.14; older versions connect directly.
import http from 'node:http';
import { Failure } from '../terminal/failure.ts';
import type { Environment } from './settings.ts';

const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
const protocols: ReadonlySet<string> = new Set(['http:', 'https:', 'socks:', 'socks5:']);
/** A proxy can't reach this machine's own servers. */
const direct = 'localhost,127.0.0.1,[::1]';

export function useEnvironmentProxy(environment: Environment): void {
  if (!http.setGlobalProxyFromEnv) return;
  const proxies = names.flatMap((name) => {
    const value = environment[name];
    return value ? [[name, proxyUrl(name, value)]] : [];
  });
  const listed = environment.no_proxy || environment.NO_PROXY;
  // Node follows `*` only if the list has nothing else.
  if (proxies.length === 0 || listed?.trim() === '*') return;
  const noProxy = listed ? `${listed},${direct}` : direct;
  http.setGlobalProxyFromEnv({ ...Object.fromEntries(proxies), no_proxy: noProxy });
}

/** A proxy without a scheme speaks HTTP, as in curl. The value may contain a password, so errors only name the variable. */
function proxyUrl(name: string, value: string): string {
  const url = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(url) && protocols.has(new URL(url).protocol)) return url;
  throw new Failure('usage', `${name} is not the URL of a proxy that slipway can use`, {
    hint: 'Set it to a URL such as http://proxy.example.com:8080.',
  });
}
