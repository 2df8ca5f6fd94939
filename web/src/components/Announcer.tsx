import { useState, type ReactNode } from 'react';

import { AnnouncerContext } from './AnnouncerContext';

/** The page's one polite live region. It exists from the start: regions added later go unheard. */
export function Announcer({ children }: { children: ReactNode }) {
  const [text, setText] = useState('');
  return (
    <AnnouncerContext value={setText}>
      {children}
      <div role="status" className="visually-hidden">
        {text}
      </div>
    </AnnouncerContext>
  );
}
