import { Announcer } from './components/Announcer';
import { Header } from './components/Header';
import { SandboxInterface } from './components/SandboxInterface';
import { I18nProvider } from './i18n/I18nProvider';

export function App() {
  return (
    <I18nProvider>
      <Announcer>
        <Header />
        <SandboxInterface />
      </Announcer>
    </I18nProvider>
  );
}
