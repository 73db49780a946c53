/** Hashes of values. xxHash64 is the library's, in WebAssembly. */
import { createHash } from 'node:crypto'
import xxhash from 'xxhash-wasm'
import { native } from '../define.ts'

const { h64, h64Raw } = await xxhash()

const word = Buffer.alloc(8)

/** xxHash64 of the eight bytes of a number, low byte first. */
function hashOfLong(value: bigint): bigint {
  word.writeBigInt64LE(value)
  return BigInt.asIntN(64, h64Raw(word))
}

/** The remainder is of the unsigned hash. */
const reduced = (hash: bigint, modulus?: bigint): bigint | null => {
  if (modulus === undefined) return hash
  return modulus > 0n ? BigInt.asUintN(64, hash) % modulus : null
}

const digest = (algorithm: string) =>
  native({
    doc: `The ${algorithm} digest of the text form of \`value\`, in lower-case hexadecimal; "" for the empty text.`,
    takes: ['string'],
    gives: 'string',
    nulls: 'propagate',
    run: (text: string) => (text === '' ? '' : createHash(algorithm).update(text).digest('hex')),
    examples: [
      [`hash_${algorithm}('')`, ''],
      [`strlen(hash_${algorithm}('a'))`, DIGITS[algorithm]],
    ],
  })

const DIGITS: Readonly<Record<string, bigint>> = { md5: 32n, sha1: 40n, sha256: 64n }

export const hashNatives = {
  _hash_text: native({
    doc: 'xxHash64 of a text, reduced modulo `modulus` when there is one.',
    takes: ['string', 'long'],
    gives: 'long',
    nulls: 'own',
    run: (text = '', modulus?: bigint) => reduced(BigInt.asIntN(64, h64(text)), modulus),
    examples: [],
  }),
  _hash_long: native({
    doc: 'xxHash64 of the eight bytes of a number, reduced modulo `modulus` when there is one.',
    takes: ['long', 'long'],
    gives: 'long',
    nulls: 'own',
    run: (value?: bigint, modulus?: bigint) => (value === undefined ? null : reduced(hashOfLong(value), modulus)),
    examples: [],
  }),
  hash_md5: digest('md5'),
  hash_sha1: digest('sha1'),
  hash_sha256: digest('sha256'),
}
