import type { Fact } from './world/fact.js'

/** Tells all that happened to one NPDU, and how hosts stood meanwhile. */
export const storyOf = (
  id: number,
): { readonly see: (fact: Fact) => void; readonly lines: () => readonly string[] } => {
  const lines: string[] = []
  let isTold = false
  return {
    see: fact => {
      const isAbout = 'id' in fact && fact.id === id
      if (isAbout) isTold = true
      if (isAbout || fact._tag === 'Stands' || (isTold && fact._tag === 'Noted')) lines.push(inWords(fact))
    },
    lines: () => lines,
  }
}

const inWords = ({ at, _tag, ...rest }: Fact): string =>
  `${(at / 1000).toFixed(3)} s ${_tag} ${Object.entries(rest)
    .map(([key, value]) => `${key}=${value instanceof Set ? [...value].join('+') : JSON.stringify(value)}`)
    .join(' ')}`
