// The way into the image viewer (OHIF, below /viewer/, not a page of this application): a link that opens a study there,
// in the language of the pages. The other direction, /images?study=UID, is where the viewer sends who is not signed in.
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n.ts';

export function viewerAddress(study: string, language: string): string {
  return `/viewer/viewer?StudyInstanceUIDs=${encodeURIComponent(study)}${language === 'zh' ? '&lng=zh' : ''}`;
}

export function ViewerLink({ study, className }: { study: string; className?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <a href={viewerAddress(study, language)} target="_blank" rel="noopener" title={t('open_images_hint')} className={className}>
      {t('open_images')}
    </a>
  );
}
