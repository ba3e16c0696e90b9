// Formats GPU memory for people, in the unit that manifests and NVIDIA's tools use.

/** Returns bytes as GiB with at most one decimal, such as `79.6 GiB`. */
export function gibText(bytes: number): string {
  return `${Math.round((bytes / 1024 ** 3) * 10) / 10} GiB`;
}
