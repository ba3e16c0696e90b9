// Connects to what a plugin is granted. Resolves the name itself and connects to the addresses that it checked, so that a name can't lead
// elsewhere. Addresses that are not public are refused unless the operator lists them (BUILDER_EGRESS_NETWORKS).
import { type BlockList, connect, isIPv4, type Socket } from 'node:net';
import { egressLimits, relayLimits } from '../../../src/contract/limits/egress.ts';
import type { HostAndPort } from '../../../src/contract/plugin/permissions.ts';
import { fixedLookup, isThisMachine, type Resolve, type ResolvedAddress, resolvePublic } from '../egress/addresses.ts';

export interface RelayRules {
  /** Networks that may be reached although they are not public. */
  networks: BlockList;
  /** Ports of Slipway on this machine, which plugins never reach. */
  ownPorts: Set<string>;
  resolve: Resolve;
}

export interface ConnectionLimits {
  /** How long connecting may take, and how long a connection may be without a byte. */
  connectMs: number;
  idleMs: number;
}

/** Why there is no connection, for the plugin and its author. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
  /** `refused`: by the relay, before anything was sent. */
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

/** Addresses, and the name of this machine, need no name server. */
function resolverFor(resolve: Resolve): Resolve {
  return async (host) => {
    if (isIPv4(host)) return [{ address: host, family: 4 }];
    return host === 'localhost' ? [{ address: '127.0.0.1', family: 4 }] : resolve(host);
  };
}

function refusalOf(host: string, reason: 'unknown' | 'not-public'): ConnectionRefused {
  return reason === 'unknown'
    ? new ConnectionRefused('unreachable', `${host} does not resolve to an address`)
    : new ConnectionRefused('refused', `${host} does not lead to a public address`);
}

function opened(
  { host, port }: HostAndPort,
  addresses: [ResolvedAddress, ...ResolvedAddress[]],
  { connectMs, idleMs }: ConnectionLimits,
): Promise<Socket> {
  const socket = connect({
    host,
    port,
    // A host that is an address is not looked up.
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
