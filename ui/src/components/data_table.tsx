// A table of rows that are all alike: what each column is called, how its cell is drawn, which cell names the row.
import type { ReactNode } from 'react';
import { ScrollTable } from './scroll_table.tsx';

export interface Column<Row> {
  key: string;
  name: string;
  cell: (row: Row) => ReactNode;
  className?: string;
  isRowName?: boolean; // the cell that a screen reader reads as the heading of the row
}

export function DataTable<Row extends { id: string }>(props: { label: string; rows: Row[]; columns: Column<Row>[] }) {
  const { label, rows, columns } = props;
  return (
    <ScrollTable label={label}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col">
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            {columns.map((column) =>
              column.isRowName ? (
                <th key={column.key} scope="row" className={column.className}>
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.key} className={column.className}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  );
}
