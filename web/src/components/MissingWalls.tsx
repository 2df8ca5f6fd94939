import type { Isolation } from '../api/model';
import { isWall } from '../api/walls';
import { useI18n } from '../i18n/I18nContext';
import type { Translator } from '../i18n/translator';
import { isolationName } from './isolationName';
import { Notice } from './Notice';

/** The operator lets the server run although boxes are held by less than was promised: whoever uses them has to know. */
export function MissingWalls({ isolations }: { isolations: readonly Isolation[] }) {
  const i18n = useI18n();
  const weak = isolations.filter(({ missing }) => missing.length > 0);
  if (weak.length === 0) return null;
  return (
    <Notice kind="warning" title={i18n.t('walls.missingTitle')}>
      <p>{i18n.t('walls.missingHint')}</p>
      <ul>
        {weak.map(({ name, missing }) => (
          <li key={name}>
            <strong>{isolationName(name, i18n)}:</strong> {missing.map((wall) => wallName(wall, i18n)).join(', ')}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function wallName(name: string, { t }: Pick<Translator, 't'>): string {
  return isWall(name) ? t(`wall.${name}`) : name;
}
