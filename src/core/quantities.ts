// Formats amounts for people: durations, sizes, shares, rates and costs. Everything that shows one uses these functions, so nobody reads
// `149.33578442 s`.

/** Formats a measured duration, such as `840 ms`, `3.2 s`, `2 min 5 s` or `3 h 20 min`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (Math.round(ms / 100) < 600) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? twoUnits([minutes, 'min'], [seconds % 60, 's'])
    : twoUnits([Math.floor(minutes / 60), 'h'], [minutes % 60, 'min']);
}

function twoUnits(...units: [amount: number, unit: string][]): string {
  const parts = units.filter(([amount]) => amount > 0);
  return parts.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

/** Formats a time limit in the unit of its setting, such as `0.25 s` or `120 s`. */
export function formatSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 1000 ? 3 : 1))} s`;
}

/** Formats a sum of times, such as `12.5 h`. */
export function formatHours(seconds: number): string {
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Formats a size in decimal units, such as `840 bytes`, `3.9 KB`, `400 MB` or `10.7 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [size, unit] = bytes < 1e6 ? [bytes / 1e3, 'KB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB'];
  return `${size < 100 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** Formats a size in binary units, such as `850 B`, `8 MiB` or `1.5 GiB`. */
export function formatBinaryBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}

/** Formats a process's memory or files in the unit of their limits, such as `1500 MiB`. */
export function formatMiB(bytes: number): string {
  return `${Number((bytes / 1024 ** 2).toFixed(1))} MiB`;
}

/** Formats GPU memory in the unit of manifests and NVIDIA's tools, such as `79.6 GiB`. */
export function formatGiB(bytes: number): string {
  return `${Number((bytes / 1024 ** 3).toFixed(1))} GiB`;
}

/** Formats a part of a whole, such as `12.35%`. A small part keeps two digits, such as `0.0042%`, because it isn't nothing. */
export function formatShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return `${Number(percent < 1 ? percent.toPrecision(2) : percent.toFixed(2))}%`;
}

/** Formats progress, such as `42%`. Only what is complete has 100%. */
export function formatProgress(done: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((100 * done) / whole)}%`;
}

/** Formats a rate, such as `3.5/s`. */
export function formatRate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}

/** Formats an amount of money without its currency. */
export function formatCost(amount: number): string {
  return amount.toFixed(2);
}
