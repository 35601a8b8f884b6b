import process from 'node:process'
import { setInterval } from 'node:timers'
import { setTimeout as wait } from 'node:timers/promises'
import { getHeapCodeStatistics } from 'node:v8'

/*
 * Tells the parent ten times a second that it turns, so that it is known when it did not: a process that gets no processor,
 * or that is busy with hundreds of handshakes, moves nothing.
 *
 * Loaded into a command before it starts (`node --expose-gc --import …/probe.mjs`): whenever the parent asks over IPC, it
 * collects garbage and tells how much memory is left, and what is open. Without the parent it ends.
 */

const counts = () => {
  const open = {}
  for (const what of process.getActiveResourcesInfo()) open[what] = (open[what] ?? 0) + 1
  return open
}

const now = () => Number(process.hrtime.bigint() / 1000n) / 1000
setInterval(() => process.connected && process.send({ beat: now() }, () => undefined), 100).unref()

process.on('message', async id => {
  globalThis.gc()
  await wait(20)
  globalThis.gc()
  const { rss, heapUsed, external } = process.memoryUsage()
  const { code_and_metadata_size: code, bytecode_and_metadata_size: bytecode } = getHeapCodeStatistics()
  const memory = { at: now(), rss, live: heapUsed + external - code - bytecode, open: counts() }
  process.send({ id, memory }, () => undefined)
})
process.on('disconnect', () => process.exit(1))
process.channel?.unref()
