import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import { CopyIcon } from './icons';

/** Absent where the browser gives no clipboard: on plain HTTP other than localhost. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useI18n();
  const announce = useAnnounce();
  // Typed as always there, but undefined outside secure contexts.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return null;

  const copy = () => {
    void clipboard.writeText(text).then(() => {
      announce(t('session.copied'));
    });
  };

  return (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={copy}>
      <CopyIcon />
    </button>
  );
}
