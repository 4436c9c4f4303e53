// One resource: its JSON, its versions with what changed, and its links in both directions.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useFhirResource } from '../../api/fhir_queries.ts';
import type { Resource } from '../../api/fhir_types.ts';
import { Loaded } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';
import { TabLinks } from '../../components/tab_links.tsx';
import { summaryOf } from '../../format/resource.ts';
import { Versions } from './versions.tsx';
import { JsonText } from './json_text.tsx';
import { Links } from './links.tsx';

const views = ['json', 'versions', 'links'] as const;
type View = (typeof views)[number];

export function OpenResource({ type, id, view }: { type: string; id: string; view?: string }) {
  const { t } = useTranslation('record');
  const active: View = views.includes(view as View) ? (view as View) : 'json';
  const resource = useFhirResource(type, id);
  return (
    <Panel
      title={
        <span className="mono wrap">
          {type}/{id}
        </span>
      }
      extra={resource.data && <Heading resource={resource.data} />}
    >
      <TabLinks
        label={t('resource.views')}
        active={active}
        tabs={views.map((one) => ({
          key: one,
          text: t(`resource.${one}`),
          link: (props) => (
            <Link
              to="/record"
              search={(old) => ({ ...old, view: one === 'json' ? undefined : one })}
              {...props}
            />
          ),
        }))}
      />
      {active === 'versions' ? (
        <Versions type={type} id={id} />
      ) : (
        <Loaded query={resource} rows={10}>
          {(found) =>
            active === 'links' ? <Links resource={found} /> : <JsonText label={t('resource.json')} resource={found} />
          }
        </Loaded>
      )}
    </Panel>
  );
}

function Heading({ resource }: { resource: Resource }) {
  const { t } = useTranslation('record');
  return (
    <span className="wrap">
      {summaryOf(resource)}{' '}
      {resource.resourceType === 'Patient' && resource.id && (
        <Link to="/patients/$id" params={{ id: resource.id }}>
          {t('resource.patient_page')}
        </Link>
      )}
    </span>
  );
}
