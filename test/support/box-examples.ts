import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The boxes that the README shows: what a box of each kind looks like where it is really used. */
export const EXAMPLES: readonly string[] = [...readme.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => text,
)

const [campus = '', service = '', laboratory = ''] = EXAMPLES

/** A hub, a node of it and a router to BACnet/IP. */
export const CAMPUS: string = campus

/** A BBMD that serves foreign devices. */
export const SERVICE: string = service

/** A router between IPv6 and IPv4, behind which there is another one. */
export const LABORATORY: string = laboratory
