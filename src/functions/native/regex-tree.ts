/** What both writers of a regular expression ask of its tree. */
import type { RegexNode } from './regex-syntax.ts'

/** True when letter case is to be ignored everywhere, so that one flag says it. */
export function uniformFold(tree: RegexNode): boolean {
  let every = true
  let some = false
  visit(tree, (node) => {
    if (node.kind !== 'char' && node.kind !== 'set') return
    if (node.fold) some = true
    else every = false
  })
  return some && every
}

export function visit(node: RegexNode, f: (node: RegexNode) => void): void {
  f(node)
  if (node.kind === 'group' || node.kind === 'repeat') visit(node.body, f)
  if (node.kind === 'sequence' || node.kind === 'either') for (const part of node.parts) visit(part, f)
}

/** How often a part repeats, as RE2 and JavaScript write it. */
export function times(node: { readonly min: number; readonly max: number; readonly lazy: boolean }): string {
  const lazy = node.lazy ? '?' : ''
  if (node.min === node.max) return `{${node.min}}${lazy}`
  if (node.max !== Infinity) return `{${node.min},${node.max}}${lazy}`
  return `${node.min === 0 ? '*' : node.min === 1 ? '+' : `{${node.min},}`}${lazy}`
}
