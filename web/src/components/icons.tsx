import type { ReactNode } from 'react';

export function CopyIcon() {
  return (
    <Icon>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
      <path d="M10.5 5.5V4A1.5 1.5 0 0 0 9 2.5H4A1.5 1.5 0 0 0 2.5 4v5A1.5 1.5 0 0 0 4 10.5h1.5" />
    </Icon>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="m3 8.5 3.25 3.25L13 5" />
    </Icon>
  );
}

export function CrossIcon() {
  return (
    <Icon>
      <path d="m4 4 8 8M12 4l-8 8" />
    </Icon>
  );
}

export function DashIcon() {
  return (
    <Icon>
      <path d="M3.5 8h9" />
    </Icon>
  );
}

export function WarningIcon() {
  return (
    <Icon>
      <path d="M8 2.25 14.5 13.5h-13Z" />
      <path d="M8 6.5v3M8 11.6v.1" />
    </Icon>
  );
}

export function SmileIcon({ mood }: { mood: 'positive' | 'neutral' | 'negative' }) {
  const mouths = { positive: 'M5.25 9.5a3 3 0 0 0 5.5 0', neutral: 'M5.5 10.25h5', negative: 'M5.25 11a3 3 0 0 1 5.5 0' };
  return (
    <Icon>
      <circle cx="8" cy="8" r="6.25" />
      <path d={mouths[mood]} />
      <path d="M6 6.25v.1M10 6.25v.1" />
    </Icon>
  );
}

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
