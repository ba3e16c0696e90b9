// Wraps a bucket and records reads from it.

export interface Get {
  key: string;
  /** Length of the range that was read, if any. */
  length: number | undefined;
}

export function watchedBucket(real: R2Bucket): { blobs: R2Bucket; gets: Get[] } {
  const gets: Get[] = [];
  const blobs = new Proxy(real, {
    get(target, name) {
      if (name === 'get') {
        return (key: string, options?: { range?: { length?: number } }) => {
          gets.push({ key, length: options?.range?.length });
          return Reflect.apply(target.get, target, [key, options]);
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { blobs, gets };
}
