// Leaves out the Workers of Miniflare's configuration that nothing here calls. workerd starts an isolate for each Worker, of 2 MiB or more, used
// or not. Their services stay, since others name them, as a folder without files. The configuration is a message of Cap'n Proto.

/**
 * Names of what Miniflare always adds: its own entry point, the cache API, email, routers in front of assets and of a bucket, and the outbound
 * requests of all Workers but the second, which is Slipway's. No other sends any.
 */
const unused = [
  /^core:entry$/,
  /^MINIFLARE_DEV_CONTROL$/,
  /^cache:/,
  /^outbound:(?!1$)/,
  /^email:store$/,
  /^r2:public$/,
  /^assets:(router|rpc-proxy):/,
];
/** Name of a service with a folder, which takes their place. */
const emptyFolder = 'email:store-disk';

const wordBytes = 8;
/** In workerd.capnp, the name of a service is its first pointer, and what it does the second one. */
const namePointer = 0;
const kindPointer = 1;
/** Kinds of pointers to content in another segment, and of lists of structs. */
const farKind = 2;
const structsSize = 7;

const kinds = ['unspecified', 'worker', 'network', 'external', 'disk'] as const;

interface Service {
  name: string;
  kind: (typeof kinds)[number] | undefined;
  /** Offsets of its numbers and of its pointers. */
  data: number;
  pointers: number;
}

/** Returns the services of a configuration, in its order. */
export function servicesOf(config: Uint8Array): Pick<Service, 'name' | 'kind'>[] {
  return new Message(config).services();
}

/** Returns the configuration with the unused Workers replaced. The length stays. */
export function withoutUnusedServices(config: Uint8Array): Uint8Array {
  const message = new Message(new Uint8Array(config));
  const services = message.services();
  const folder = services.find(({ name }) => name === emptyFolder);
  if (!folder) throw new Error(`Miniflare's configuration has no service ${emptyFolder}`);
  for (const service of services)
    if (service.kind === 'worker' && unused.some((pattern) => pattern.test(service.name)))
      message.become(service, folder);
  return message.bytes;
}

/** A message of Cap'n Proto: segments of words, with pointers relative to themselves. */
class Message {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #segments: number[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const count = this.#view.getUint32(0, true) + 1;
    let start = Math.ceil((4 + 4 * count) / wordBytes) * wordBytes;
    for (let index = 0; index < count; index++) {
      this.#segments.push(start);
      start += this.#view.getUint32(4 + 4 * index, true) * wordBytes;
    }
  }

  /** The list is the first pointer of the root. */
  services(): Service[] {
    const root = this.#target(this.#segments[0] ?? 0);
    const list = this.#target(root.start + (root.size & 0xffff) * wordBytes);
    if ((list.size & 7) !== structsSize) throw new Error('The configuration has no list of services');
    const count = this.#view.getUint32(list.start, true) >>> 2;
    const sizes = this.#view.getUint32(list.start + 4, true);
    const dataBytes = (sizes & 0xffff) * wordBytes;
    const serviceBytes = dataBytes + (sizes >>> 16) * wordBytes;
    return Array.from({ length: count }, (_, index) => {
      const data = list.start + wordBytes + index * serviceBytes;
      const pointers = data + dataBytes;
      const kind = kinds[this.#view.getUint16(data, true)];
      return { name: this.#text(pointers + namePointer * wordBytes), kind, data, pointers };
    });
  }

  /** Lets a service do what another one does. */
  become(service: Service, other: Service): void {
    this.bytes.copyWithin(service.data, other.data, other.pointers);
    const from = other.pointers + kindPointer * wordBytes;
    const to = service.pointers + kindPointer * wordBytes;
    const low = this.#view.getUint32(from, true);
    const moved = (low & 3) === farKind ? low : low + ((from - to) / wordBytes) * 4;
    this.#view.setUint32(to, moved, true);
    this.#view.setUint32(to + 4, this.#view.getUint32(from + 4, true), true);
  }

  /** Follows a pointer. */
  #target(pointer: number): { start: number; size: number } {
    const low = this.#view.getInt32(pointer, true);
    const high = this.#view.getUint32(pointer + 4, true);
    if ((low & 3) === farKind) return this.#target((this.#segments[high] ?? Number.NaN) + (low >>> 3) * wordBytes);
    return { start: pointer + wordBytes + (low >> 2) * wordBytes, size: high };
  }

  #text(pointer: number): string {
    const { start, size } = this.#target(pointer);
    return new TextDecoder().decode(this.bytes.subarray(start, start + (size >>> 3) - 1));
  }
}
