import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

// The document title of a page. Never a patient's name: titles end up in histories and screen shares.
export function usePageTitle(title: string) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('brand')}`;
  }, [title, t]);
}
