/** A Windows command line as its arguments, by the rules of CommandLineToArgvW. */

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\t'

/** The program first, whose quotes and backslashes have no meaning of their own; then the arguments. */
export function windowsArguments(line: string): string[] {
  const [program, end] = programOf(line)
  const found = [program]
  for (let at = skipSpaces(line, end); at < line.length; ) {
    const [text, next] = argumentAt(line, at)
    found.push(text)
    at = skipSpaces(line, next)
  }
  return found
}

/** Ends at the next quote when it begins with one, else at the next space. */
function programOf(line: string): [text: string, end: number] {
  if (line.startsWith('"')) {
    const close = line.indexOf('"', 1)
    return close < 0 ? [line.slice(1), line.length] : [line.slice(1, close), close + 1]
  }
  let end = 0
  while (end < line.length && !isSpace(line[end])) end++
  return [line.slice(0, end), end]
}

function skipSpaces(line: string, from: number): number {
  let at = from
  while (isSpace(line[at])) at++
  return at
}

/**
 * 2n backslashes before a quote are n backslashes, and the quote opens or closes; 2n+1 are n backslashes and a literal
 * quote; other backslashes are themselves. Of quotes in a row, each third one is literal, and two close what was opened.
 */
function argumentAt(line: string, from: number): [text: string, end: number] {
  let text = ''
  let quotes = 0
  let at = from
  while (at < line.length && (quotes > 0 || !isSpace(line[at]))) {
    let slashes = 0
    while (line[at + slashes] === '\\') slashes++
    at += slashes
    if (line[at] !== '"') {
      text += '\\'.repeat(slashes)
      if (slashes === 0) text += line[at++]
      continue
    }
    text += '\\'.repeat(slashes >> 1)
    at++
    if (slashes % 2 === 1) text += '"'
    else quotes++
    for (; line[at] === '"'; at++) {
      if (++quotes === 3) {
        text += '"'
        quotes = 0
      }
    }
    if (quotes === 2) quotes = 0
  }
  return [text, at]
}
