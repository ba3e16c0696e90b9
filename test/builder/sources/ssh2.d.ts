// Declares the parts of ssh2 that the tests use. ssh2 has no types of its own.
declare module 'ssh2' {
  import type { EventEmitter } from 'node:events';
  import type { AddressInfo } from 'node:net';
  import type { Duplex, Writable } from 'node:stream';

  interface PublicKey {
    type: string;
    getPublicSSH(): Buffer;
    verify(blob: Buffer, signature: Buffer, hashAlgorithm?: string): boolean;
  }

  interface Authentication {
    method: string;
    username: string;
    key?: { algo: string; data: Buffer };
    blob?: Buffer;
    signature?: Buffer;
    hashAlgo?: string;
    accept(): void;
    reject(methods?: string[]): void;
  }

  interface Channel extends Duplex {
    stderr: Writable;
    exit(code: number): void;
  }

  interface Session extends EventEmitter {
    on(event: 'exec', listener: (accept: () => Channel, reject: () => void, info: { command: string }) => void): this;
  }

  interface Connection extends EventEmitter {
    on(event: 'authentication', listener: (authentication: Authentication) => void): this;
    on(event: 'session', listener: (accept: () => Session) => void): this;
    on(event: 'error' | 'close', listener: () => void): this;
    end(): void;
  }

  export class Server extends EventEmitter {
    constructor(config: { hostKeys: string[] }, listener: (connection: Connection) => void);
    listen(port: number, host: string, listening: () => void): this;
    address(): AddressInfo;
    close(closed?: () => void): this;
  }

  export const utils: {
    parseKey(key: string): PublicKey | Error;
    generateKeyPairSync(type: 'ed25519'): { private: string; public: string };
  };
}
