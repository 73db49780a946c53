/** The file of the library by its path: its bare name is that of Node's own deprecated module. */
declare module 'punycode/punycode.js' {
  import punycode from 'punycode'

  export default punycode
}
