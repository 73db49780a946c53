/** Punycode, with null in place of the errors that the library throws. */
import punycode from 'punycode/punycode.js'

export const toPunycode = (text: string): string | null => attempt(() => punycode.encode(text))
export const fromPunycode = (code: string): string | null => attempt(() => punycode.decode(code))

function attempt(run: () => string): string | null {
  try {
    return run()
  } catch {
    return null // Overflow, or text that is no Punycode.
  }
}
