/** A count as people read it: 1,234,567. */
export const grouped = (count: number): string => count.toLocaleString('en-US')
