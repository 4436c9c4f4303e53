// What the applications are for; the page that every role may open.
import { useTranslation } from 'react-i18next';
import { useApplications } from '../api/queries.ts';
import { Loaded } from '../components/page_states.tsx';
import { usePageTitle } from '../components/page_title.ts';
import { Panel } from '../components/panel.tsx';
import { useText } from '../i18n.ts';

export function AboutPage() {
  const { t } = useTranslation('admin');
  const { t: common } = useTranslation();
  const text = useText();
  usePageTitle(t('about.title'));
  const query = useApplications();
  return (
    <div className="page stack">
      <div className="page-head">
        <h1 className="page-title">{t('about.title')}</h1>
      </div>
      <p className="support-label">
        <span aria-hidden="true">ⓘ</span> {common('decision_support')}
      </p>
      <Panel title={t('about.applications')}>
        <Loaded query={query} rows={4} empty={t('about.none')} isEmpty={(items) => items.length === 0}>
          {(items) => (
            <ul className="app-list">
              {items.map((application) => (
                <li key={application.id}>
                  <h3>
                    {text(application.name)} <span className="mono muted">{application.version}</span>
                  </h3>
                  <p>{text(application.intended_use)}</p>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
    </div>
  );
}
