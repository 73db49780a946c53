/** What can be done with one value of an answer. */
import { Menu, MenuDivider, MenuItem, MenuList, MenuPopover } from '@fluentui/react-components'
import { useMemo } from 'react'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { type Comparison, lookUp } from '../query/query-edit.ts'
import { textOf, toCsv, toJson } from './export.ts'
import type { CellPlace } from './grid.tsx'

interface CellMenuProps {
  readonly cell: CellPlace
  readonly columns: readonly Column[]
  readonly onClose: () => void
  readonly onFilter: (column: Column, comparison: Comparison, value: unknown) => void
  readonly onQuery: (query: string) => void
  readonly onInspect: (row: Row) => void
  readonly onStatistics: (column: Column) => void
  readonly onGroup: (column: Column) => void
  readonly onCopy: (text: string) => void
}

export function CellMenu({
  cell,
  columns,
  onClose,
  onFilter,
  onQuery,
  onInspect,
  onStatistics,
  onGroup,
  onCopy,
}: CellMenuProps) {
  const { column, row, x, y } = cell
  const value = row[column.name]
  const found = lookUp(column.name, value)
  const target = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 1, 1) }), [x, y])
  return (
    <Menu open onOpenChange={(_, { open }) => !open && onClose()} positioning={{ target }}>
      <MenuPopover>
        <MenuList data-testid="cell-menu">
          <MenuItem onClick={() => onFilter(column, '==', value)}>
            Filter in: {column.name} == {shortened(value)}
          </MenuItem>
          <MenuItem onClick={() => onFilter(column, '!=', value)}>
            Filter out: {column.name} != {shortened(value)}
          </MenuItem>
          <MenuDivider />
          <MenuItem onClick={() => onInspect(row)}>Inspect record</MenuItem>
          {found && <MenuItem onClick={() => onQuery(found.query)}>Look up this {found.what}</MenuItem>}
          <MenuItem onClick={() => onStatistics(column)}>Values of {column.name}</MenuItem>
          <MenuItem onClick={() => onGroup(column)}>Group by {column.name}</MenuItem>
          <MenuDivider />
          <MenuItem onClick={() => onCopy(textOf(value))}>Copy value</MenuItem>
          <MenuItem onClick={() => onCopy(toCsv(columns, [row]))}>Copy record as CSV</MenuItem>
          <MenuItem onClick={() => onCopy(toJson([row]))}>Copy record as JSON</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

export const shortened = (value: unknown): string => {
  const text = textOf(value)
  return text === '' ? '(empty)' : text.length > 40 ? `${text.slice(0, 40)}…` : text
}
