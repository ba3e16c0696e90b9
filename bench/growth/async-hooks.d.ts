// The part of node:async_hooks that workerd offers and worker.ts uses. The types of Node would replace those of Workers.
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result;
    getStore(): Store | undefined;
  }
}
