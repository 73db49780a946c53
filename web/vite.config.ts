import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // What the Kusto language service calls the global object.
  define: { global: 'globalThis' },
  worker: { format: 'es' },
  build: {
    // Images as files: the page's policy allows no scripts or styles from data addresses, and one way is enough.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 20_000,
    modulePreload: { polyfill: false },
  },
})
