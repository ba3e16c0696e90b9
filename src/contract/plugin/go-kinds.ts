// Lists the kinds of plugins that serve calls, and those of Go plugins with their API paths. The CLI's help and the console load this, so it imports nothing.

export const goKinds = ['pipeline', 'storage'] as const;
export type GoKind = (typeof goKinds)[number];

export const servedKinds = ['extractor', ...goKinds] as const;
export type ServedKind = (typeof servedKinds)[number];

export const goSurfaces = { pipeline: '/api/plugins', storage: '/api/storage-plugins' } as const satisfies Record<
  GoKind,
  string
>;
