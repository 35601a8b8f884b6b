import { defineConfig } from 'vitest/config'

const root = new URL('..', import.meta.url).pathname

export default defineConfig({
  // The example application imports what its users would.
  resolve: {
    alias: [
      { find: /^rx-bacnet$/, replacement: `${root}src/index.ts` },
      { find: /^rx-bacnet\/(testing|wire)$/, replacement: `${root}src/$1/index.ts` },
    ],
  },
  test: {
    root,
    include: ['test/**/*.test.ts'],
    isolate: false,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './.config/summary-reporter.js'],
  },
})
