// The one table of these pages: what each column is called, how its cell is drawn, which cell names the row. 'scroll'
// scrolls sideways inside its own box; 'rows' are lists that become cards on narrow screens.
import type { ReactNode } from 'react';
import { ScrollTable } from './scroll_table.tsx';

export interface Column<Row> {
  key: string;
  name: string;
  cell: (row: Row) => ReactNode;
  className?: string;
  isRowName?: boolean; // the cell that a screen reader reads as the heading of the row
}

interface Props<Row> {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey?: (row: Row) => string; // `id` unless said
  rowClass?: (row: Row) => string;
  className?: string;
}

const idOf = <Row,>(row: Row) => (row as { id: string }).id;

function Content<Row>({ label, rows, columns, rowKey = idOf, rowClass }: Props<Row>) {
  return (
    <>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={`col-${column.key} ${column.className === 'end' ? 'end' : ''}`}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} className={rowClass?.(row)}>
            {columns.map((column) => {
              const className = `col-${column.key} ${column.className ?? ''}`;
              return column.isRowName ? (
                <th key={column.key} scope="row" className={className}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.key} className={className}>
                  {column.cell(row)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </>
  );
}

export function DataTable<Row>({ form = 'scroll', ...props }: Props<Row> & { form?: 'scroll' | 'rows' }) {
  if (form === 'rows') {
    return (
      <table className={`rows ${props.className ?? ''}`}>
        <Content {...props} />
      </table>
    );
  }
  return (
    <ScrollTable label={props.label} className={props.className}>
      <Content {...props} />
    </ScrollTable>
  );
}
