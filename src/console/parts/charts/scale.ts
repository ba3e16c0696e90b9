// Measures what a chart needs to be drawn to scale.
import { type RefCallback, useCallback, useState } from 'react';

/** Assumed width before the first measurement. */
const unknownPx = 480;

/** Measures an element that is drawn to scale. */
export function useWidth(): [ref: RefCallback<Element>, width: number] {
  const [width, setWidth] = useState(unknownPx);
  const ref = useCallback((element: Element | null) => {
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth || unknownPx));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** Returns three times the smallest sufficient value of 1, 2, 3, 5, 10, 20, 30 …, so the axis has round numbers at its thirds. */
export function ceiling(value: number): number {
  const third = Math.max(1, value / 3);
  const power = 10 ** Math.floor(Math.log10(third));
  return 3 * power * ([1, 2, 3, 5, 10].find((step) => step * power >= third) ?? 10);
}
