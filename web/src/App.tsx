import { Announcer } from './components/Announcer';
import { Page } from './components/Page';
import { I18nProvider } from './i18n/I18nProvider';

export function App() {
  return (
    <I18nProvider>
      <Announcer>
        <Page />
      </Announcer>
    </I18nProvider>
  );
}
