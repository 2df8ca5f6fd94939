import { countCharacters, type InputField } from '../api/manifest';

export type InputError = { kind: 'empty' } | { kind: 'invalidJson' } | { kind: 'tooLong'; excess: number; max: number };

/** What the typed text means as the agent's input. The server checks again, by the agent's whole schema. */
export function parseInput(text: string, { kind, maxLength }: InputField): { value: unknown } | { error: InputError } {
  if (text.trim() === '') return { error: { kind: 'empty' } };
  if (kind === 'json') return parseJson(text);

  const excess = maxLength === null ? 0 : countCharacters(text) - maxLength;
  if (maxLength !== null && excess > 0) return { error: { kind: 'tooLong', excess, max: maxLength } };
  return { value: text };
}

function parseJson(text: string): { value: unknown } | { error: InputError } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { error: { kind: 'invalidJson' } };
  }
}
