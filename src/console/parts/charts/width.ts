// Measures an element that is drawn to scale, such as a chart.
import { type RefCallback, useCallback, useState } from 'react';

/** Before anything was measured. */
const unknownPx = 480;

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
