// Shows the place that the address names once its page has it. When the browser looked for it, the page had not been loaded.
import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';

export function useHashTarget(): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(decoded(hash))?.scrollIntoView();
  }, [hash]);
}

function decoded(hash: string): string {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}
