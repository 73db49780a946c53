/** XML as a dynamic value, in the form that the documentation of parse_xml() describes. */
import type { Dynamic } from '../../types/dynamic.ts'

const MAX_DEPTH = 512

interface Element {
  readonly name: string
  /** Attributes (`@name`), text (`#text`) and elements by name, in order; several of one name become an array. */
  readonly children: Map<string, Dynamic[]>
}

/** Only elements, attributes and text are kept. @returns null for text that is no well-formed XML document */
export function parseXml(text: string): Dynamic {
  const root: Element = { name: '', children: new Map() }
  const open: Element[] = [root]
  MARKUP.lastIndex = 0
  let at = 0
  while (at < text.length) {
    const lt = text.indexOf('<', at)
    const between = text.slice(at, lt < 0 ? text.length : lt)
    if (!addText(open, between)) return null
    if (lt < 0) break
    MARKUP.lastIndex = lt
    const m = MARKUP.exec(text)
    if (!m) return null
    at = MARKUP.lastIndex
    const [, skipped, closing, name, attributes, empty] = m
    if (skipped !== undefined) continue
    if (closing !== undefined) {
      if (!close(open, closing)) return null
    } else {
      const element = openElement(name!, attributes!)
      if (!element || open.length > MAX_DEPTH || (open.length === 1 && root.children.size > 0)) return null
      open.push(element)
      if (empty !== undefined && !close(open, element.name)) return null
    }
  }
  return open.length === 1 && root.children.size > 0 ? elementValue(root) : null
}

const NAME = String.raw`[\p{L}_:][\p{L}\p{N}_:.\-]*`
const SKIPPED = String.raw`<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<!DOCTYPE[^<>\[]*>`
/** What begins with `<`: something to skip, an end tag, or a start tag with its attributes. */
const MARKUP = new RegExp(
  String.raw`(${SKIPPED})|</(${NAME})\s*>|<(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/)?>`,
  'uy',
)
const ATTRIBUTE = new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'gu')

function openElement(name: string, attributes: string): Element | null {
  const element: Element = { name, children: new Map() }
  for (const [, key, double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = unescaped(double ?? single ?? '')
    if (value === null || element.children.has(`@${key}`)) return null
    add(element, `@${key}`, value)
  }
  return element
}

/** Ends the innermost element, which must have this name. */
function close(open: Element[], name: string): boolean {
  const element = open.length > 1 ? open.pop()! : null
  if (element?.name !== name) return false
  add(open.at(-1)!, name, elementValue(element))
  return true
}

/** Outside of the root there is only white space. */
function addText(open: readonly Element[], raw: string): boolean {
  const trimmed = raw.trim()
  if (trimmed === '') return true
  const text = unescaped(trimmed)
  if (text === null || open.length === 1) return false
  add(open.at(-1)!, '#text', text)
  return true
}

function add(element: Element, key: string, value: Dynamic): void {
  const known = element.children.get(key)
  if (known) known.push(value)
  else element.children.set(key, [value])
}

/** Null for an empty element, the text for one that holds only text. */
function elementValue({ children }: Element): Dynamic {
  if (children.size === 0) return null
  const values = new Map(Array.from(children, ([key, all]): [string, Dynamic] => [key, all.length > 1 ? all : all[0]!]))
  const text = values.get('#text')
  return values.size === 1 && typeof text === 'string' ? text : values
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** Null when an entity is not known. */
function unescaped(text: string): string | null {
  if (!text.includes('&')) return text
  let valid = true
  const result = text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w+));|&/g, (_, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : Number.NaN
    const character = name ? ENTITIES[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined
    valid &&= character !== undefined
    return character ?? ''
  })
  return valid ? result : null
}
