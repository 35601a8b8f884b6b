import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'

/*
 * Loaded into a command before it starts (`node --expose-gc --import …/probe.mjs`): whenever the parent asks over IPC, it
 * collects garbage and tells how much memory is left, and what is open. Without the parent it ends.
 */

const counts = () => {
  const open = {}
  for (const what of process.getActiveResourcesInfo()) open[what] = (open[what] ?? 0) + 1
  return open
}

process.on('message', async id => {
  globalThis.gc()
  await wait(20)
  globalThis.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  const at = Number(process.hrtime.bigint() / 1000n) / 1000
  process.send({ id, memory: { at, rss, live: heapUsed + external, open: counts() } })
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
