import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { anAgent, aResult } from '../../testing/fixtures';
import { hostileTexts } from '../../testing/hostile';
import { renderWithI18n } from '../../testing/render';
import { ResultView } from './ResultView';

const ATTACK = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

function elementsWithHandlers(container: Element): Element[] {
  return [...container.querySelectorAll('*')].filter((element) =>
    element.getAttributeNames().some((name) => name.startsWith('on') || name === 'href' || name === 'src'),
  );
}

describe('ResultView', () => {
  it('shows sentiment, keywords, summary and counts for a person', () => {
    renderWithI18n(<ResultView agent={anAgent()} result={aResult()} />);

    expect(screen.getByText('Positive')).toBeTruthy();
    expect(screen.getByRole('img', { name: 'Score +0.62, on a scale from −1 to +1' })).toBeTruthy();
    expect(screen.getByText('78%')).toBeTruthy();
    expect(screen.getAllByRole('listitem').map((chip) => chip.querySelector('bdi')?.textContent)).toEqual([
      'город',
      'река',
    ]);
    expect(screen.getByTitle('3 mentions')).toBeTruthy();
    expect(screen.getByText('Город стоит у реки.')).toBeTruthy();
    expect(screen.getByText('1,234')).toBeTruthy();
    expect(screen.getByText('Russian')).toBeTruthy();
    expect(screen.getByText('63 ms')).toBeTruthy();
  });

  it('leaves out a part that was switched off', () => {
    renderWithI18n(<ResultView agent={anAgent()} result={aResult({ output: { word_count: 1 } })} />);

    expect(screen.queryByRole('heading', { name: 'Sentiment' })).toBeNull();
    expect(screen.getByText('Words')).toBeTruthy();
  });

  it('keeps markup from an agent as text, wherever it stands', async () => {
    const output = {
      [ATTACK]: ATTACK,
      sentiment: { label: 'negative', score: -1, sentences: [{ text: ATTACK, score: -1 }] },
      keywords: [{ keyword: ATTACK, score: 1, count: 1 }],
      summary: { text: ATTACK },
    };
    const result = aResult({ status: 'failed', output, stderr: ATTACK, error: { code: 'x', message: ATTACK } });
    const { container } = renderWithI18n(<ResultView agent={anAgent()} result={result} />);
    await userEvent.click(screen.getByText('Raw JSON'));

    expect(container.querySelector('img, script')).toBeNull();
    expect(screen.getAllByText(ATTACK).length).toBeGreaterThanOrEqual(5);
  });

  it.each(Object.entries(hostileTexts))('keeps %s as text, wherever it stands', async (_, text) => {
    const title = document.title;
    const output = {
      note: text,
      language: text,
      sentiment: { label: 'negative', score: -1, sentences: [{ text, score: -1 }] },
      keywords: [{ keyword: text, score: 1, count: 1 }],
      summary: { text },
    };
    const result = aResult({ status: 'failed', output, stderr: text, signal: text, error: { code: text, message: text } });
    const { container } = renderWithI18n(<ResultView agent={anAgent()} result={result} />);
    await userEvent.click(screen.getByText('Raw JSON'));

    expect(container.querySelector('a, script, style, iframe, object, embed, img, form, [style*="url"]')).toBeNull();
    expect(elementsWithHandlers(container)).toEqual([]);
    const shown = [...container.querySelectorAll('*')].filter((element) => element.textContent === text);
    expect(shown.length).toBeGreaterThanOrEqual(6); // sentence, keyword, summary, two facts, error output, message
    expect(shown.filter((element) => element.childElementCount > 0 && element.tagName !== 'DD')).toEqual([]);
    expect('pwned' in window).toBe(false);
    expect(document.title).toBe(title);
  });

  it('escapes in JSON what would reorder or hide the text around it', () => {
    const output = { 'a\u202e': ['b\u2066\u200b', '\u0000\ud800', '\u{e0041}'] };
    const { container } = renderWithI18n(<ResultView agent={anAgent({ display: null })} result={aResult({ output })} />);

    const text = container.querySelector('pre')?.textContent ?? '';
    expect(text).toMatch(/^[\n -~]*$/);
    expect(JSON.parse(text)).toEqual(output);
  });

  it('falls back to JSON for values of another shape than the hint says', () => {
    const output = { sentiment: 'fine', keywords: { a: 1 }, summary: { text: ['x'] } };
    const { container } = renderWithI18n(<ResultView agent={anAgent()} result={aResult({ output })} />);

    expect([...container.querySelectorAll('pre')].map((pre) => pre.textContent)).toEqual([
      'fine',
      '{\n  "a": 1\n}',
      '[\n  "x"\n]',
    ]);
  });

  it('shows plain JSON for an agent without display hints', () => {
    const { container } = renderWithI18n(
      <ResultView agent={anAgent({ display: null })} result={aResult({ output: { a: [1] } })} />,
    );

    expect(container.querySelector('pre')?.textContent).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  it('tells why a run failed, with its error output', () => {
    const result = aResult({
      status: 'oomKilled',
      output: null,
      exitCode: null,
      signal: 'SIGKILL',
      stderr: 'Traceback',
      error: { code: 'oom', message: 'Out of memory at 512 MiB.' },
    });
    renderWithI18n(<ResultView agent={anAgent()} result={result} />);

    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('used more memory than the session allows');
    expect(alert.textContent).toContain('Out of memory at 512 MiB.');
    expect(alert.textContent).toContain('Signal SIGKILL');
    expect(alert.textContent).toContain('Traceback');
  });
});
