/** The themes of functions written in TypeScript. */
import type { NativeScalar } from '../define.ts'

export const nativeThemes: readonly Readonly<Record<string, NativeScalar>>[] = []
