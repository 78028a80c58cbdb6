import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The explorer's editor is large by nature; it is its own page, and this is a development tool.
    chunkSizeWarningLimit: 8192,
    rolldownOptions: {
      input: { console: 'index.html', explorer: 'explorer.html' },
      // GraphiQL's modules carry a directive for a compiler that is not used here.
      onwarn: (warning, warn) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && warn(warning),
    },
  },
  worker: { format: 'es' },
});
