import { createContext, useContext } from 'react';

export const AnnouncerContext = createContext<(text: string) => void>(() => undefined);

/** Says a text to screen readers, politely. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnouncerContext);
}
