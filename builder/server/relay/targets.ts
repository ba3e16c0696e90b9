// Connects to a plugin's granted targets. It resolves the name itself and connects to the checked addresses, so the name can't resolve
// elsewhere. Non-public addresses are refused unless the operator lists them (BUILDER_EGRESS_NETWORKS).
import { type BlockList, connect, isIPv4, type Socket } from 'node:net';
import { egressLimits, relayLimits } from '../../../src/contract/limits/egress.ts';
import type { HostAndPort } from '../../../src/contract/plugin/permissions.ts';
import { fixedLookup, isThisMachine, type Resolve, type ResolvedAddress, resolvePublic } from '../egress/addresses.ts';

export interface RelayRules {
  /** Non-public networks that plugins may reach. */
  networks: BlockList;
  /** Slipway's own ports on this machine, which plugins never reach. */
  ownPorts: Set<string>;
  resolve: Resolve;
}

export interface ConnectionLimits {
  /** Time limits for connecting, and for a connection without traffic. */
  connectMs: number;
  idleMs: number;
}

/** Why there is no connection, in words for the plugin and its author. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  /** `refused`: the relay rejected it before sending anything. */
  readonly kind: 'refused' | 'unreachable';
  constructor(kind: ConnectionRefused['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

export async function connectTo(
  target: HostAndPort,
  rules: RelayRules,
  limits: ConnectionLimits = relayLimits,
): Promise<Socket> {
  const { host, port } = target;
  const resolution = await resolvePublic(host, resolverFor(rules.resolve), rules.networks);
  if ('refused' in resolution) throw refusalOf(host, resolution.refused);
  const { addresses } = resolution;
  if (rules.ownPorts.has(String(port)) && addresses.some(({ address }) => isThisMachine(address)))
    throw new ConnectionRefused('refused', `${host}:${port} is Slipway itself`);
  return opened(target, addresses, limits);
}

/** Resolves addresses and this machine's name without a name server. */
function resolverFor(resolve: Resolve): Resolve {
  return async (host) => {
    if (isIPv4(host)) return [{ address: host, family: 4 }];
    return host === 'localhost' ? [{ address: '127.0.0.1', family: 4 }] : resolve(host);
  };
}

const setting =
  'BUILDER_EGRESS_NETWORKS, which the operator sets as in `BUILDER_EGRESS_NETWORKS=10.1.0.0/16 npm start`';

function refusalOf(host: string, reason: 'unknown' | 'not-public'): ConnectionRefused {
  return reason === 'unknown'
    ? new ConnectionRefused('unreachable', `${host} does not resolve to an address`)
    : new ConnectionRefused('refused', `${host} does not resolve to a public address or to one in ${setting}`);
}

function opened(
  { host, port }: HostAndPort,
  addresses: [ResolvedAddress, ...ResolvedAddress[]],
  { connectMs, idleMs }: ConnectionLimits,
): Promise<Socket> {
  const socket = connect({
    host,
    port,
    // A host that is an IP address needs no lookup.
    ...(isIPv4(host) ? {} : { lookup: fixedLookup(addresses) }),
    allowHalfOpen: true,
    autoSelectFamilyAttemptTimeout: egressLimits.addressMs,
  });
  return new Promise((resolve, reject) => {
    const unreachable = () => {
      socket.destroy();
      reject(new ConnectionRefused('unreachable', `${host}:${port} cannot be reached`));
    };
    socket.setTimeout(connectMs, unreachable);
    socket.once('error', unreachable);
    socket.once('connect', () => {
      socket.off('error', unreachable);
      socket.removeAllListeners('timeout');
      socket.setTimeout(idleMs, () => socket.destroy());
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}
