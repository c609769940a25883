import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const outDir = join(here, '../../dist/explorer');

/** Once here rather than at every request: 6.5 MB become 1.8. */
const compressed: Plugin = {
  name: 'liendoan:gzip',
  closeBundle() {
    const assets = join(outDir, 'assets');
    for (const file of readdirSync(assets).filter((name) => /\.(js|css|svg|ttf)$/.test(name)))
      writeFileSync(join(assets, `${file}.gz`), gzipSync(readFileSync(join(assets, file)), { level: 9 }));
  },
};

export default defineConfig({
  root: here,
  // Relative, so that the page also works below a path of a reverse proxy.
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic' } },
  worker: { format: 'es' },
  logLevel: 'warn',
  plugins: [compressed],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    // The editor is one chunk of nearly 3 MB; it comes from the own server.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      onLog(level, log, handle) {
        // framer-motion marks its files "use client", which means nothing here.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
});
