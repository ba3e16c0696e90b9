// Sends requests through the proxy that the environment names, as other commands do. Node can since 24.14; older versions connect directly.
import http from 'node:http';
import type { Environment } from './settings.ts';

const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
/** A proxy can't reach this machine's own servers. */
const direct = 'localhost,127.0.0.1,[::1]';

export function useEnvironmentProxy(environment: Environment): void {
  if (!names.some((name) => environment[name])) return;
  const listed = environment.no_proxy ?? environment.NO_PROXY;
  const noProxy = listed ? `${listed},${direct}` : direct;
  http.setGlobalProxyFromEnv?.({ ...environment, no_proxy: noProxy, NO_PROXY: noProxy });
}
