import { isRecord } from '../../api/json';

/*
 * An agent's output is untrusted: each view reads from it what it can show, and
 * null means that the value is not of its kind.
 */

const MAX_CHIPS = 50;

export interface Sentiment {
  label: 'positive' | 'negative' | 'neutral';
  score: number;
  confidence: number | null;
  sentences: ScoredText[];
}

export interface ScoredText {
  text: string;
  score: number;
}

export interface Chip {
  text: string;
  /** 0..1, relative to the best one. */
  weight: number;
  count: number | null;
}

export function readSentiment(value: unknown): Sentiment | null {
  if (!isRecord(value)) return null;
  const { label, score, confidence, sentences } = value;
  if (label !== 'positive' && label !== 'negative' && label !== 'neutral') return null;
  if (typeof score !== 'number') return null;
  return {
    label,
    score: clamp(score, -1, 1),
    confidence: typeof confidence === 'number' ? clamp(confidence, 0, 1) : null,
    sentences: Array.isArray(sentences) ? sentences.map(readScoredText).filter((item) => item !== null) : [],
  };
}

/** The sentences that weigh most, in the order of the text. */
export function strongest(sentences: ScoredText[], count: number): ScoredText[] {
  const byWeight = sentences.toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score));
  const kept = new Set(byWeight.slice(0, count));
  return sentences.filter((sentence) => kept.has(sentence));
}

/** Chips best first, from plain strings or from objects with a text, a score and a count. */
export function readChips(value: unknown): Chip[] | null {
  if (!Array.isArray(value)) return null;
  const items = value.map(readChipItem);
  if (items.includes(null)) return null;

  const chips = items.filter((item) => item !== null).toSorted((a, b) => b.score - a.score);
  const best = Math.max(chips[0]?.score ?? 0, Number.EPSILON);
  return chips
    .slice(0, MAX_CHIPS)
    .map(({ text, score, count }) => ({ text, count, weight: clamp(score / best, 0, 1) }));
}

function readChipItem(item: unknown): { text: string; score: number; count: number | null } | null {
  if (typeof item === 'string') return { text: item, score: 1, count: null };
  if (!isRecord(item)) return null;
  const text = item.keyword ?? item.text ?? item.label ?? item.name;
  const { score, count } = item;
  if (typeof text !== 'string') return null;
  return {
    text,
    score: typeof score === 'number' ? score : 0,
    count: typeof count === 'number' ? count : null,
  };
}

function readScoredText(item: unknown): ScoredText | null {
  if (!isRecord(item)) return null;
  const { text, score } = item;
  return typeof text === 'string' && typeof score === 'number' ? { text, score: clamp(score, -1, 1) } : null;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
