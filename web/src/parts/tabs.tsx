/**
 * A row of tabs. The component library's own puts focus guards among its tabs, which axe counts as serious
 * (aria-required-children, aria-hidden-focus).
 */
import { type KeyboardEvent, useRef } from 'react'

export interface TabItem {
  readonly value: string
  readonly label: string
}

export interface TabsProps {
  /** What the tabs are of, for screen readers. */
  readonly label: string
  readonly items: readonly TabItem[]
  readonly value: string
  readonly onSelect: (value: string) => void
}

/** Arrow keys, Home and End move among the tabs; only the selected one is a stop of the Tab key. */
export function Tabs({ label, items, value, onSelect }: TabsProps) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const at = items.findIndex((item) => item.value === value)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = (to + items.length) % items.length
    onSelect(items[next]!.value)
    ;(list.current?.children[next] as HTMLElement | undefined)?.focus()
  }
  return (
    <div ref={list} role="tablist" aria-label={label} className="tablist" onKeyDown={move}>
      {items.map((item) => (
        <button
          key={item.value}
          type="button"
          role="tab"
          aria-selected={item.value === value}
          tabIndex={item.value === value ? 0 : -1}
          onClick={() => onSelect(item.value)}
        >
          {item.label}
        </button>
      ))}
    </div>
  )
}
