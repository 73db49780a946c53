/** The themes of functions written in TypeScript. */
import type { NativeScalar } from '../define.ts'
import { conversionNatives } from './conversion.ts'
import { datetimeNatives } from './datetime.ts'

export const nativeThemes: readonly Readonly<Record<string, NativeScalar>>[] = [conversionNatives, datetimeNatives]
