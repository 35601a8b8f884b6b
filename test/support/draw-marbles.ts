import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawMarble, parseMarble, type MarbleFile } from '../../src/testing/index.js'

/** Every `*.marble` of a folder, in alphabetical order. */
export function readMarbles(folder: string): { readonly name: string; readonly marble: MarbleFile }[] {
  return filesIn(folder, '.marble').map(name => ({ name, marble: readMarble(folder, name) }))
}

/** The drawings of a folder that are not what their `.marble` says now, or are not there, and what belongs in them. */
export function outdatedDrawings(folder: string): { readonly file: string; readonly fresh: string }[] {
  return readMarbles(folder)
    .map(({ name, marble }) => ({ file: join(folder, drawingOf(name)), fresh: drawMarble(marble) }))
    .filter(({ file, fresh }) => !existsSync(file) || readFileSync(file, 'utf8') !== fresh)
}

/** The drawings of a folder whose `.marble` is gone. */
export function orphanedDrawings(folder: string): string[] {
  const drawn = new Set(filesIn(folder, '.marble').map(drawingOf))
  return filesIn(folder, '.svg').filter(file => !drawn.has(file))
}

/** `heartbeat.marble` is drawn in `heartbeat.svg`. */
export const drawingOf = (name: string): string => name.replace(/\.marble$/u, '.svg')

function readMarble(folder: string, name: string): MarbleFile {
  try {
    return parseMarble(readFileSync(join(folder, name), 'utf8'))
  } catch (error) {
    throw new Error(`${name}, ${(error as Error).message}`, { cause: error })
  }
}

const filesIn = (folder: string, suffix: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(name => name.endsWith(suffix))
        .toSorted()
    : []
