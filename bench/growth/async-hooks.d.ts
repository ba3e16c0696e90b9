// The part of node:async_hooks that workerd offers and worker.ts uses. Node's own types would replace the Workers types.
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result;
    getStore(): Store | undefined;
  }
}
