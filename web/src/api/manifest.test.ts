import { describe, expect, it } from 'vitest';

import { anAgent } from '../testing/fixtures';
import { countCharacters, defaultOptions, describeInput } from './manifest';

describe('describeInput', () => {
  it('follows the display hints', () => {
    expect(describeInput(anAgent())).toEqual({ kind: 'text', maxLength: 100 });
  });

  it('falls back to the schema: a string is a text', () => {
    expect(describeInput(anAgent({ display: null }))).toEqual({ kind: 'text', maxLength: 100 });
  });

  it('asks for JSON when nothing says that the input is a text', () => {
    expect(describeInput(anAgent({ display: null, inputSchema: true }))).toEqual({ kind: 'json', maxLength: null });
  });
});

describe('defaultOptions', () => {
  it('takes the schema’s defaults, and on without one', () => {
    const agent = anAgent();
    agent.display?.options?.push({ name: 'unheard' });

    expect(defaultOptions(agent)).toEqual({ keywords: true, summary: false, unheard: true });
  });
});

describe('countCharacters', () => {
  it.each([
    ['', 0],
    ['Привет', 6],
    ['🎉🎉', 2],
    ['e\u0301', 2],
  ])('%j has %d', (text, count) => {
    expect(countCharacters(text)).toBe(count);
  });
});
