// The worklist: AI results that wait for a person, most pressing first. The filter is the address; j/k/Enter work.
import { Button } from 'antd';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWorklist, type WorklistFilter } from '../../api/queries.ts';
import { KeyboardHelp } from '../../components/keyboard_help.tsx';
import { useListKeys } from '../../components/list_keys.ts';
import { Failure, Loaded } from '../../components/page_states.tsx';
import { usePageTitle } from '../../components/page_title.ts';
import { Counts } from './counts.tsx';
import { Filters } from './filters.tsx';
import { Presets } from './presets.tsx';
import { WorklistTable } from './table.tsx';

export function WorklistPage() {
  const { t } = useTranslation('worklist');
  usePageTitle(t('title'));
  const filter = useSearch({ from: '/worklist' }) as WorklistFilter;
  const navigate = useNavigate({ from: '/worklist' });
  const query = useWorklist(filter);
  const [help, setHelp] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const setFilter = useCallback(
    (next: WorklistFilter) => void navigate({ search: () => next, replace: true }),
    [navigate],
  );
  useListKeys({ list, search, onHelp: () => setHelp(true) });

  const first = query.data?.pages[0];
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);

  return (
    <div className="page">
      <div className="page-head">
        <h1 className="page-title">{t('title')}</h1>
        {first && <Counts counts={first.counts} filter={filter} onChange={setFilter} />}
        <div className="page-head-end">
          <Presets filter={filter} onChange={setFilter} />
          <Button onClick={() => setHelp(true)}>
            {t('keys.button')} <kbd aria-hidden="true">?</kbd>
          </Button>
        </div>
      </div>
      <Filters filter={filter} onChange={setFilter} searchRef={search} />
      <div className="panel worklist" ref={list} aria-busy={query.isFetching}>
        {query.data && query.error && <Failure error={query.error} retry={() => void query.refetch()} />}
        <Loaded query={query} rows={10}>
          {() => (
            <WorklistTable
              items={items}
              total={first?.total ?? 0}
              filtered={Object.keys(filter).length > 0}
              onClear={() => setFilter({})}
            />
          )}
        </Loaded>
        {query.hasNextPage && (
          <div className="table-more">
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
      <KeyboardHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
