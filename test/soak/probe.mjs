import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { getHeapCodeStatistics } from 'node:v8'

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
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  const at = Number(process.hrtime.bigint() / 1000n) / 1000
  const memory = { at, rss, live: heapUsed + external - code - bytecode, open: counts() }
  process.send({ id, memory }, () => undefined)
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
