import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { anAgent, aResult } from '../../testing/fixtures';
import { renderWithI18n } from '../../testing/render';
import { ResultView } from './ResultView';

const ATTACK = '<img src=x onerror="alert(1)"><script>alert(2)</script>';

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
