/** The part of jstat that is used; the package has no types of its own. */
declare module 'jstat' {
  interface Distribution {
    pdf(x: number, ...parameters: number[]): number
    inv(p: number, ...parameters: number[]): number
  }
  interface JStat {
    gammafn(x: number): number
    gammaln(x: number): number
    erf(x: number): number
    erfc(x: number): number
    readonly beta: Distribution
  }
  const jstat: { readonly jStat: JStat }
  export default jstat
}
