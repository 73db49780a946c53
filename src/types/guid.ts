/** guid: 16 bytes, written as lower-case hexadecimal digits with hyphens. */

/**
 * Reads 32 hexadecimal digits, with hyphens anywhere between them (measured) and one pair of braces or parentheses around.
 * @returns `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower case, or null.
 */
export function parseGuid(text: string): string | null {
  const trimmed = text.trim()
  const inner = /^(?:\{.*\}|\(.*\))$/s.test(trimmed) ? trimmed.slice(1, -1) : trimmed
  if (inner.length > 64 || !/^[0-9a-f]+(?:-[0-9a-f]+)*$/i.test(inner)) return null
  const hex = inner.replaceAll('-', '').toLowerCase()
  return hex.length === 32 ? hyphenated(hex) : null
}

/**
 * As toguid() reads it: the first 32 hexadecimal digits, hyphens among them left out; what follows is not looked at
 * (documentation of toguid, which knows neither spaces nor braces in front).
 */
export function readGuid(text: string): string | null {
  const m = /^[0-9a-f](?:-?[0-9a-f]){31}/i.exec(text)
  return m && hyphenated(m[0].replaceAll('-', '').toLowerCase())
}

/** The 16 bytes in the order of .NET's Guid: the first three groups are little-endian (measured: base64_encode_fromguid). */
export function guidBytes(guid: string): Uint8Array {
  const plain = Buffer.from(guid.replaceAll('-', ''), 'hex')
  return Uint8Array.from(ORDER, (i) => plain[i]!)
}

/** The guid of 16 bytes in the order of `guidBytes`. */
export function guidOfBytes(bytes: Uint8Array): string {
  return hyphenated(Buffer.from(ORDER.map((i) => bytes[i]!)).toString('hex'))
}

/** The order is its own inverse. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]

const hyphenated = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
