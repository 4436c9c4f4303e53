// The record for engineers and whoever wants to see a resource as it is: a search of any type put together by its
// parameters, what it found and how it was answered, one resource with its links and versions. All of it is the address.
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useCapabilities } from '../../api/fhir_queries.ts';
import { Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Matches } from './matches.tsx';
import { OpenResource } from './open_resource.tsx';
import { SearchBuilder } from './search_builder.tsx';
import '../../styles/record.css';

export interface RecordAddress {
  type?: string;
  query?: string;
  open?: string; // Type/id
  view?: string;
}

export function RecordPage() {
  const { t } = useTranslation('record');
  usePageTitle(t('title'));
  const address = useSearch({ from: '/record' }) as RecordAddress;
  const navigate = useNavigate({ from: '/record' });
  const offered = useCapabilities();
  const type = address.type ?? 'Patient';
  const [openType, openId] = (address.open ?? '').split('/');
  return (
    <div className="page stack">
      <div className="page-head">
        <h1 className="page-title">{t('title')}</h1>
        <span className="muted">{t('about')}</span>
      </div>
      {openType && openId ? (
        <>
          <p>
            <Link to="/record" search={{ type: address.type, query: address.query }}>
              ← {t('back')}
            </Link>
          </p>
          <OpenResource key={address.open} type={openType} id={openId} view={address.view} />
        </>
      ) : (
        <Loaded query={offered} rows={6}>
          {(types) => (
            <>
              <SearchBuilder
                types={types}
                type={type}
                query={address.query ?? ''}
                onSearch={(next) => void navigate({ search: () => next })}
              />
              <Matches type={type} query={address.query ?? ''} />
            </>
          )}
        </Loaded>
      )}
    </div>
  );
}
