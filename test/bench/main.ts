import { comparePorts } from './bvll/compare-ports.js'
import { portLoads } from './bvll/loads.js'
import { benchCertificate } from './certificates.js'
import { codecRates } from './codec-rate.js'
import { compare } from './compare.js'
import { idleMemories } from './idle-memory.js'
import { loads } from './loads.js'
import { compareRouters } from './router/compare-routers.js'
import { routerRates } from './router/in-process.js'
import { routerLoads } from './router/load.js'
import { readOptions, USAGE, type BenchOptions } from './options.js'
import { machine, table } from './report.js'
import { failedResult, type Result } from './result.js'
import { SCALE, scale } from './scale.js'
import { SLOW_RECEIVER, SLOW_RECEIVER_TARGET, slowReceiver } from './slow-receiver.js'
import { cacheRows } from './vmac-cache/rows.js'

const bench = async (options: BenchOptions): Promise<void> => {
  const certificate = await benchCertificate()
  const results: Result[] = []
  const began = performance.now()

  const take = async (
    load: string,
    target: string,
    measure: () => Promise<Result | readonly Result[]>,
  ): Promise<void> => {
    if (!load.includes(options.only)) return
    process.stderr.write(`${load} ...\n`)
    results.push(...[await measure().catch((error: unknown) => failedResult(load, target, error))].flat())
  }

  for (const load of loads) {
    await take(load.name, load.target.text, () => compare(load, options, load.tls ? certificate : undefined))
  }
  for (const load of portLoads) await take(load.name, load.target.text, () => comparePorts(load, options))
  for (const load of routerLoads) await take(load.name, load.target.text, () => compareRouters(load, options))
  for (const { load, target, measure, slow } of idleMemories) {
    if (!slow || !options.quick) await take(load, target, () => measure(options, certificate))
  }
  await take(SLOW_RECEIVER, SLOW_RECEIVER_TARGET, slowReceiver)
  for (const { load, target, measure } of [...codecRates, ...routerRates])
    await take(load, target, () => measure(options.rounds))
  for (const { load, measure } of cacheRows) await take(load, '', () => measure(options))
  if (!options.quick || options.only === SCALE) await take(SCALE, '', () => scale(certificate))

  const seconds = Math.round((performance.now() - began) / 1000)
  if (options.json) {
    console.log(JSON.stringify({ machine: machine(), seconds, options, results }, undefined, 2))
    return
  }
  console.log(`\n${machine()}`)
  console.log(`CPU time of the hub process per message delivered, 40 octets each; 100 connections, 16 in flight each,`)
  console.log(
    `unless it says otherwise. B/IP, B/IPv6 and BBMD: CPU time of the port's process per NPDU of 40 octets, or per copy.`,
  )
  console.log(`Router: CPU time of its process per NPDU carried on; those from a hub come in one write each burst.`)
  console.log(`${options.rounds} rounds of A B in one run, ${seconds} s; median of the ratios.\n`)
  console.log(table(results))
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(USAGE)
  else await bench(options)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
