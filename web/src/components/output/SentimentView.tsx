import { formatScore } from '../../i18n/format';
import { useI18n } from '../../i18n/I18nContext';
import { SmileIcon } from '../icons';
import { JsonView } from './JsonView';
import { readSentiment, strongest, type ScoredText } from './readers';
import styles from './SentimentView.module.css';

const MAX_SENTENCES = 3;

export function SentimentView({ value }: { value: unknown }) {
  const i18n = useI18n();
  const { t, number } = i18n;
  const sentiment = readSentiment(value);
  if (!sentiment) return <JsonView value={value} />;

  const { label, score, confidence } = sentiment;
  const scoreText = formatScore(score, i18n);
  return (
    <div className={styles.sentiment} data-mood={label}>
      <div className={styles.head}>
        <span className={styles.label}>
          <SmileIcon mood={label} />
          {t(`sentiment.${label}`)}
        </span>
        <span className={styles.score} aria-hidden="true">
          {scoreText}
        </span>
        {confidence !== null && (
          <span className={styles.confidence}>
            {t('sentiment.confidence')}{' '}
            <strong>{number(confidence, { style: 'percent', maximumFractionDigits: 0 })}</strong>
          </span>
        )}
      </div>
      <div className={styles.scale} role="img" aria-label={t('sentiment.score', { score: scoreText })}>
        <div className={styles.track}>
          <span
            className={styles.fill}
            style={{
              insetInlineStart: `${50 + Math.min(0, score) * 50}%`,
              inlineSize: `${Math.abs(score) * 50}%`,
            }}
          />
          <span className={styles.marker} style={{ insetInlineStart: `${50 + score * 50}%` }} />
        </div>
        <div className={styles.axis}>
          <span>−1</span>
          <span>0</span>
          <span>+1</span>
        </div>
      </div>
      <Sentences sentences={strongest(sentiment.sentences, MAX_SENTENCES)} />
    </div>
  );
}

function Sentences({ sentences }: { sentences: ScoredText[] }) {
  const i18n = useI18n();
  if (sentences.length === 0) return null;
  return (
    <details className={styles.sentences}>
      <summary>{i18n.t('sentiment.sentences')}</summary>
      <ul>
        {sentences.map(({ text, score }, index) => (
          <li key={index} data-mood={moodOf(score)}>
            <span className={styles.sentenceScore}>{formatScore(score, i18n)}</span>
            <span dir="auto">{text}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function moodOf(score: number): 'positive' | 'negative' | 'neutral' {
  if (score === 0) return 'neutral';
  return score > 0 ? 'positive' : 'negative';
}
