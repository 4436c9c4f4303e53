// What the parts of the system page have in common: a list of records from one query under a heading, with its states.
import type { ReactNode } from 'react';
import { DataTable, type Column } from '../../components/data_table.tsx';
import { Failure, Loaded, type QueryLike } from '../../components/page_states.tsx';
import { Panel } from '../../components/panel.tsx';

export function RecordPanel<Row>(props: {
  title: string;
  text?: string;
  extra?: ReactNode;
  query: QueryLike<Row[]>;
  none: string;
  columns: Column<Row>[];
  rowKey?: (row: Row) => string;
  failure?: Error | null; // of an action on a row
  children?: ReactNode;
}) {
  return (
    <Panel title={props.title} extra={props.extra}>
      {props.text && <p className="muted">{props.text}</p>}
      {props.failure && <Failure error={props.failure} />}
      <Loaded query={props.query} rows={5} empty={props.none} isEmpty={(rows) => rows.length === 0}>
        {(rows) => <DataTable label={props.title} rows={rows} columns={props.columns} rowKey={props.rowKey} />}
      </Loaded>
      {props.children}
    </Panel>
  );
}
