// Keeps requests to this machine away from the proxy that the environment names.

const loopback = ['localhost', '127.0.0.1', '::1'];

/** Lets `fetch` in this process, and the processes that it starts, reach this machine directly. Changes `process.env`. */
export function reachLoopbackDirectly(): void {
  const { env } = process;
  const direct = [env.no_proxy || env.NO_PROXY || '', ...loopback].filter((name) => name !== '').join(',');
  Object.assign(env, { NO_PROXY: direct, no_proxy: direct });
}
