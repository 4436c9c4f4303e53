// Every study of the archive, found and paged by the server. The filter is the address; j/k/Enter work.
import { Button } from 'antd';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStudyList, type StudyFilter } from '../../api/study_queries.ts';
import { KeyboardHelp } from '../../components/keyboard_help.tsx';
import { useListKeys } from '../../components/list_keys.ts';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { StudyFilters } from './filters.tsx';
import { StudyTable } from './table.tsx';
import '../../styles/studies.css';

export function StudiesPage() {
  const { t } = useTranslation('study');
  usePageTitle(t('list.title'));
  const filter = useSearch({ from: '/studies' }) as StudyFilter;
  const navigate = useNavigate({ from: '/studies' });
  const query = useStudyList(filter);
  const [help, setHelp] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const setFilter = useCallback(
    (next: StudyFilter) => void navigate({ search: () => next, replace: true }),
    [navigate],
  );
  useListKeys({ list, search, onHelp: () => setHelp(true) });

  const studies = query.data?.pages.flatMap((page) => page.items) ?? [];
  const last = query.data?.pages.at(-1);
  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('list.title')}</h1>
        <div className="page-head-end">
          <Button onClick={() => setHelp(true)}>
            {t('list.keys')} <kbd aria-hidden="true">?</kbd>
          </Button>
        </div>
      </div>
      <StudyFilters filter={filter} onChange={setFilter} searchRef={search} />
      <div className="panel" ref={list} aria-busy={query.isFetching && !query.data}>
        {query.data && query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
        <Loaded query={query} rows={10}>
          {() => (
            <StudyTable studies={studies} filtered={Object.keys(filter).length > 0} onClear={() => setFilter({})} />
          )}
        </Loaded>
        {query.hasNextPage && (
          <div className="table-more">
            {last?.short_of_limit && <p className="muted">{t('list.stopped')}</p>}
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t(last?.short_of_limit ? 'list.look_on' : 'list.more')}
            </Button>
          </div>
        )}
      </div>
      <KeyboardHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
