/** The rows of an answer in AG Grid: only what is on the screen is in the page, whatever the number of rows. */
import {
  AllCommunityModule,
  type CellContextMenuEvent,
  type CellKeyDownEvent,
  type ColDef,
  colorSchemeDark,
  createGrid,
  type GridApi,
  ModuleRegistry,
  themeQuartz,
} from 'ag-grid-community'
import { useEffect, useMemo, useRef } from 'react'
import type { Column } from '../api/api.ts'
import type { Row } from '../api/rows-reader.ts'
import { textOf } from './export.ts'
import type { Group } from './groups.tsx'

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
  /** Only rows with this value are shown. */
  readonly group: Group | undefined
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
  group,
  onCell,
  onInspect,
  onGrid,
}: GridProps) {
  const place = useRef<HTMLDivElement>(null)
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
  /** What the grid's events ask for: it is made once, and these change. */
  const current = useRef({ onCell, onInspect, columns, group })
  current.current = { onCell, onInspect, columns, group }

  // Before a grid is made these find none: it is made with what they would tell it.
  useEffect(() => grid.current?.setGridOption('theme', dark ? DARK : LIGHT), [dark])
  useEffect(() => grid.current?.setGridOption('columnDefs', definitions), [definitions])
  useEffect(() => grid.current?.setGridOption('quickFilterText', search), [search])
  useEffect(() => grid.current?.onFilterChanged(), [group])
  // A new answer is a new grid. Without React inside: components for 20 cells a row are what scrolling would wait for.
  useEffect(() => {
    const cell = (event: CellContextMenuEvent<Row> | CellKeyDownEvent<Row>, x: number, y: number): void => {
      const column = current.current.columns.find((c) => c.name === event.column.getColId())
      if (column && event.data) current.current.onCell({ column, row: event.data, x, y })
    }
    const first = rows.slice()
    const api = createGrid<Row>(place.current!, {
      theme: dark ? DARK : LIGHT,
      rowData: first,
      columnDefs: definitions,
      defaultColDef: { sortable: true, resizable: true, minWidth: 70 },
      quickFilterText: search,
      isExternalFilterPresent: () => current.current.group?.value !== undefined,
      doesExternalFilterPass: ({ data }) => {
        const shownGroup = current.current.group
        return shownGroup === undefined || textOf(data?.[shownGroup.column]) === shownGroup.value
      },
      rowHeight: 28,
      headerHeight: 32,
      animateRows: false,
      suppressFieldDotNotation: true,
      preventDefaultOnContextMenu: true,
      enableCellTextSelection: false,
      tooltipShowDelay: 600,
      rowSelection: { mode: 'multiRow', checkboxes: false, headerCheckbox: false, enableClickSelection: true },
      onCellContextMenu: (event) => {
        const at = event.event as MouseEvent | null
        if (at) cell(event, at.clientX, at.clientY)
      },
      // The browser's own tooltip, where the pointer is: the grid's own would be an object more for each cell that scrolls by.
      onCellMouseOver: ({ event, value }) => {
        const text = textOf(value)
        const at = (event?.target as HTMLElement | null)?.closest<HTMLElement>('.ag-cell')
        if (at) at.title = text.length > 40 ? text.slice(0, 2000) : ''
      },
      onRowDoubleClicked: ({ data }) => data && current.current.onInspect(data),
      onCellKeyDown: (event) => {
        const pressed = event.event as KeyboardEvent | null
        if (!pressed || !event.data || !('column' in event)) return
        if (pressed.key === 'Enter') current.current.onInspect(event.data)
        if (pressed.key === 'ContextMenu' || (pressed.key === 'F10' && pressed.shiftKey)) {
          pressed.preventDefault()
          const box = (pressed.target as HTMLElement).getBoundingClientRect()
          cell(event, box.left, box.bottom)
        }
      },
    })
    grid.current = api
    shown.current = first.length
    onGrid(api)
    return () => {
      grid.current = undefined
      api.destroy()
    }
  }, [columns])
  useEffect(() => {
    if (!grid.current || count <= shown.current) return
    // Each addition has to look at all rows: few large ones, the last of them when everything is there.
    if (!complete && count < shown.current * 4) return
    grid.current.applyTransaction({ add: rows.slice(shown.current, count) })
    shown.current = count
  }, [count, rows, complete])
  return <div className="grid" data-testid="grid" ref={place} />
}

/** Pixels: as wide as the longest of the first values, within reason. */
function widthOf({ name, type }: Column, rows: readonly Row[]): number {
  const longest = rows.slice(0, 100).reduce((n, r) => Math.max(n, textOf(r[name]).length), name.length + 3)
  return type === 'datetime' ? 210 : Math.min(420, Math.max(90, longest * 7.5 + 28))
}
