/** The rows of an answer in AG Grid: only what is on the screen is in the page, whatever the number of rows. */
import {
  AllCommunityModule,
  type CellContextMenuEvent,
  type ColDef,
  colorSchemeDark,
  type GridApi,
  ModuleRegistry,
  themeQuartz,
} from 'ag-grid-community'
import { AgGridReact } from 'ag-grid-react'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { Column } from './api.ts'
import { textOf } from './export.ts'
import type { Row } from './rows-reader.ts'

ModuleRegistry.registerModules([AllCommunityModule])

const LIGHT = themeQuartz.withParams({ spacing: 4, fontSize: 13, headerFontWeight: 600, wrapperBorderRadius: 0 })
const DARK = LIGHT.withPart(colorSchemeDark)

export interface CellPlace {
  readonly column: Column
  readonly row: Row
  readonly x: number
  readonly y: number
}

export interface GridProps {
  readonly columns: readonly Column[]
  /** Grows while the answer comes in; the same array, with a count that changes. */
  readonly rows: readonly Row[]
  readonly count: number
  /** Nothing more comes. */
  readonly complete: boolean
  readonly dark: boolean
  readonly hidden: ReadonlySet<string>
  readonly search: string
  readonly onCell: (place: CellPlace) => void
  readonly onInspect: (row: Row) => void
  readonly onGrid: (api: GridApi<Row>) => void
}

const NUMBERS = new Set(['long', 'int', 'real', 'decimal'])

const compare = (a: unknown, b: unknown): number => {
  if (a === b) return 0
  if (a === null || a === undefined) return -1
  if (b === null || b === undefined) return 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [textOf(a), textOf(b)]
  // Long integers come as text.
  if (/^-?\d{16,}$/.test(x) || /^-?\d{16,}$/.test(y)) {
    if (/^-?\d+$/.test(x) && /^-?\d+$/.test(y)) return BigInt(x) < BigInt(y) ? -1 : 1
  }
  return x < y ? -1 : 1
}

export default function Grid({
  columns,
  rows,
  count,
  complete,
  dark,
  hidden,
  search,
  onCell,
  onInspect,
  onGrid,
}: GridProps) {
  const grid = useRef<GridApi<Row>>(undefined)
  const shown = useRef(0)
  const definitions = useMemo<ColDef<Row>[]>(
    () =>
      columns.map((c) => ({
        colId: c.name,
        headerName: c.name,
        headerTooltip: `${c.name}: ${c.type}`,
        valueGetter: ({ data }) => data?.[c.name],
        valueFormatter: ({ value }) => textOf(value),
        // Text alone: what is in a cell is never taken for markup.
        tooltipValueGetter: ({ value }) => (textOf(value).length > 40 ? textOf(value).slice(0, 2000) : undefined),
        comparator: compare,
        filter: NUMBERS.has(c.type) ? 'agNumberColumnFilter' : 'agTextColumnFilter',
        filterValueGetter: ({ data }) => (NUMBERS.has(c.type) ? data?.[c.name] : textOf(data?.[c.name])),
        getQuickFilterText: ({ data }) => textOf(data?.[c.name]),
        cellClass: NUMBERS.has(c.type) ? 'number' : c.type === 'dynamic' ? 'json' : '',
        width: widthOf(c, rows),
        hide: hidden.has(c.name),
      })),
    // Widths come from the first rows alone
    [columns, hidden],
  )
  // A new answer is a new grid
  const first = useMemo(() => rows.slice(), [columns])
  useEffect(() => {
    shown.current = first.length
  }, [first])
  useEffect(() => {
    if (!grid.current || count <= shown.current) return
    // Each addition has to look at all rows: few large ones, the last of them when everything is there.
    if (!complete && count < shown.current * 4) return
    grid.current.applyTransaction({ add: rows.slice(shown.current, count) as Row[] })
    shown.current = count
  }, [count, rows, complete])
  const context = useCallback(
    (event: CellContextMenuEvent<Row>) => {
      const at = event.event as MouseEvent | null
      const column = columns.find((c) => c.name === event.column.getColId())
      if (at && column && event.data) onCell({ column, row: event.data, x: at.clientX, y: at.clientY })
    },
    [columns, onCell],
  )
  return (
    <div className="grid" data-testid="grid">
      <AgGridReact<Row>
        theme={dark ? DARK : LIGHT}
        rowData={first as Row[]}
        columnDefs={definitions}
        defaultColDef={{ sortable: true, resizable: true, minWidth: 70 }}
        quickFilterText={search}
        rowHeight={28}
        headerHeight={32}
        animateRows={false}
        suppressFieldDotNotation
        preventDefaultOnContextMenu
        enableCellTextSelection={false}
        tooltipShowDelay={600}
        rowSelection={{ mode: 'multiRow', checkboxes: false, headerCheckbox: false, enableClickSelection: true }}
        onGridReady={({ api }) => {
          grid.current = api
          if (count > shown.current) {
            api.applyTransaction({ add: rows.slice(shown.current, count) as Row[] })
            shown.current = count
          }
          onGrid(api)
        }}
        onCellContextMenu={context}
        onRowDoubleClicked={({ data }) => data && onInspect(data)}
        onCellKeyDown={(event) => {
          const pressed = event.event as KeyboardEvent | null
          if (!pressed || !event.data || !('column' in event)) return
          if (pressed.key === 'Enter') onInspect(event.data)
          if (pressed.key === 'ContextMenu' || (pressed.key === 'F10' && pressed.shiftKey)) {
            pressed.preventDefault()
            const column = columns.find((c) => c.name === event.column.getColId())
            const box = (pressed.target as HTMLElement).getBoundingClientRect()
            if (column) onCell({ column, row: event.data, x: box.left, y: box.bottom })
          }
        }}
      />
    </div>
  )
}

/** Pixels: as wide as the longest of the first values, within reason. */
function widthOf({ name, type }: Column, rows: readonly Row[]): number {
  const longest = rows.slice(0, 100).reduce((n, r) => Math.max(n, textOf(r[name]).length), name.length + 3)
  return type === 'datetime' ? 210 : Math.min(420, Math.max(90, longest * 7.5 + 28))
}
