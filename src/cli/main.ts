#!/usr/bin/env node

/*
 * Takes the signals before anything that takes time is loaded: a process that is told to end while it starts has nothing
 * to end in good order yet, and does as it was asked.
 */

const endAtOnce = (): never => process.exit()
process.on('SIGINT', endAtOnce).on('SIGTERM', endAtOnce)

const { runProgram } = await import('./program.js')

runProgram(process.argv.slice(2), () => process.off('SIGINT', endAtOnce).off('SIGTERM', endAtOnce))
