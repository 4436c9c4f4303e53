// Applications that can be opened for this patient (SMART launch); nothing where none is registered.
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLaunch, useLaunchable } from '../../api/application_queries.ts';
import { Failure } from '../../components/page_states.tsx';
import '../../styles/consent.css';

export function LaunchButtons({ patient }: { patient: string }) {
  const { t } = useTranslation('consent');
  const { data: applications = [] } = useLaunchable();
  const launch = useLaunch();
  if (applications.length === 0) return null;
  return (
    <div className="launch-buttons" role="group" aria-label={t('launch_menu')}>
      {applications.map(({ id, name }) => (
        <Button
          key={id}
          size="small"
          disabled={launch.isPending}
          onClick={() => launch.mutate({ application: id, patient })}
        >
          {t('launch', { name })}
        </Button>
      ))}
      {launch.error && <Failure error={launch.error} />}
    </div>
  );
}
