// Connects plugins to their granted hosts. An instance has no network route. Its network namespace hands its listening sockets to this
// process, which accepts the plugin's connections and decides where they go.
import { createServer, type Server, type Socket } from 'node:net';
import { relayLimits } from '../../../src/contract/limits/egress.ts';
import { raisedBy } from '../../../src/contract/limits/limit-texts.ts';
import {
  allowsConnection,
  type HostAndPort,
  type Permissions,
  parseHostAndPort,
  relayPort,
} from '../../../src/contract/plugin/permissions.ts';
import { createProxy, type Gate, join } from './http-proxy.ts';
import { ConnectionRefused, connectTo, type RelayRules } from './targets.ts';

export class ConnectionLog {
  readonly #add: (line: string) => void;
  #second = 0;
  #lines = 0;
  #leftOut = 0;

  /** `add` writes a line to the plugin's log. */
  constructor(add: (line: string) => void) {
    this.#add = add;
  }

  ended(target: string, { sent, received }: { sent: number; received: number }): void {
    this.#write(`network: ${target}, ${sent} bytes sent, ${received} received`);
  }

  refused(target: string, reason: string): void {
    this.#write(`network: ${target} was refused: ${reason}`);
  }

  /** A plugin that opens connections in a loop must not push other lines out of its log. */
  #write(line: string): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      if (this.#leftOut > 0) this.#add(`network: ${this.#leftOut} more connections`);
      this.#second = second;
      this.#lines = 0;
      this.#leftOut = 0;
    }
    if (this.#lines++ < relayLimits.logLinesPerSecond) this.#add(line);
    else this.#leftOut++;
  }
}

export class Relays {
  readonly #rules: RelayRules;
  readonly #permissions: Permissions;
  #open: Relay[] = [];
  #isCutOff = false;

  constructor(rules: RelayRules, permissions: Permissions = {}) {
    this.#rules = rules;
    this.#permissions = permissions;
  }

  /**
   * Returns the relay for a process that is about to start. Undefined if the plugin has no network grants. `addLine` writes a line to
   * the plugin's log.
   */
  open(addLine: (line: string) => void): Relay | undefined {
    if (!usesNetwork(this.#permissions)) return undefined;
    const relay = new Relay(this.#permissions, this.#rules, addLine);
    this.#open = [...this.#open.filter(({ isClosed }) => !isClosed), relay];
    if (this.#isCutOff) relay.cutOff();
    return relay;
  }

  cutOff(): void {
    this.#isCutOff = true;
    for (const relay of this.#open) relay.cutOff();
  }
}

export type NetworkPermissions = Pick<Permissions, 'network' | 'forward'>;

/** Returns whether a plugin with these permissions has any network access. */
export function usesNetwork({ network, forward }: NetworkPermissions): boolean {
  return (network ?? []).length > 0 || Object.keys(forward ?? {}).length > 0;
}

const proxyUrl = `http://127.0.0.1:${relayPort}`;

/** Variables in which HTTP clients look for their proxy. Some clients read only the lower-case names. */
export const proxyVariables: Readonly<Record<string, string>> = Object.fromEntries(
  ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [
    [name, proxyUrl],
    [name.toLowerCase(), proxyUrl],
  ]),
);

/** The relay for one of an instance's processes. */
export class Relay {
  /** Ports on 127.0.0.1 where the process listens. */
  readonly ports: readonly number[];
  readonly #permissions: NetworkPermissions;
  readonly #rules: RelayRules;
  readonly #log: ConnectionLog;
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  /** Number of open and pending connections to hosts. */
  #opened = 0;
  #isClosed = false;
  #isCutOff = false;

  constructor(permissions: NetworkPermissions, rules: RelayRules, addLine: (line: string) => void) {
    this.#permissions = permissions;
    this.#rules = rules;
    this.#log = new ConnectionLog(addLine);
    this.ports = [relayPort, ...Object.keys(permissions.forward ?? {}).map(Number)];
  }

  /** Accepts connections to one of the ports through its listening socket, `handle`. */
  serve(port: number, handle: unknown): void {
    const server = port === relayPort ? createProxy(this.#gate()) : this.#forwardTo(port);
    server.maxConnections = relayLimits.connections;
    server.on('connection', (socket: Socket) => this.#track(socket));
    server.on('error', () => server.close());
    this.#servers.push(server);
    server.listen(handle);
    if (this.#isClosed) server.close();
  }

  /** Closes all connections. The process's namespace and its sockets end together. */
  close(): void {
    this.#isClosed = true;
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Closes all connections, and refuses pending and new ones. */
  cutOff(): void {
    this.#isCutOff = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  #forwardTo(port: number): Server {
    const target = parseHostAndPort(this.#permissions.forward?.[port] ?? '');
    return createServer({ allowHalfOpen: true }, (client) => {
      client.on('error', () => client.destroy());
      if (!target) client.destroy();
      else
        this.#open(target).then(
          (socket) => join(client, socket),
          () => client.destroy(),
        );
    });
  }

  #gate(): Gate {
    return {
      open: (target) => this.#openGranted(target),
      refuse: (name, reason) => this.#refuse(name.slice(0, nameCharsMax), reason),
    };
  }

  async #openGranted(target: HostAndPort): Promise<Socket> {
    const { network = [] } = this.#permissions;
    if (network.some((pattern) => allowsConnection(pattern, target))) return this.#open(target);
    throw this.#refuse(nameOf(target), 'it is not granted', ' Ask for it in `permissions`.');
  }

  #refuse(name: string, reason: string, hint = ''): ConnectionRefused {
    this.#log.refused(name, reason);
    return new ConnectionRefused('refused', `${name} was refused: ${reason}.${hint}`);
  }

  async #open(target: HostAndPort): Promise<Socket> {
    if (this.#isCutOff) throw this.#refuse(nameOf(target), 'its grant was revoked');
    // Clients that disconnect free their slots at the port, while the connections they requested are still being made.
    const connectionsMax = relayLimits.connections * this.ports.length;
    if (this.#opened >= connectionsMax)
      throw this.#refuse(nameOf(target), `${connectionsMax} connections are already open`, ` ${raisedBy.connections}`);
    this.#opened++;
    try {
      const socket = await connectTo(target, this.#rules);
      this.#track(socket);
      if (this.#isClosed || this.#isCutOff) socket.destroy();
      socket.once('close', () => {
        this.#opened--;
        this.#log.ended(nameOf(target), { sent: socket.bytesWritten, received: socket.bytesRead });
      });
      return socket;
    } catch (error) {
      this.#opened--;
      this.#log.refused(nameOf(target), error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

const nameCharsMax = 253;

/** Returns the target as the plugin named it, which may be any text. */
function nameOf({ host, port }: HostAndPort): string {
  return `${host.slice(0, nameCharsMax)}:${port}`;
}
