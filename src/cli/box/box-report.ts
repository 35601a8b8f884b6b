import type { Duration } from '../../values/duration.js'
import type { Report } from '../output.js'
import type { BoxChanges } from './box-changes.js'
import type { BoxPort } from './box.js'

/** How a port stands. */
export type Standing = 'starting' | 'running' | 'failed'

/** What a port tells, with its name. */
export const tagged = (name: string, { json: { event, ...json }, text }: Report): Report => ({
  json: { event, port: name, ...json },
  text: text
    .split('\n')
    .map(line => `${name}: ${line}`)
    .join('\n'),
})

/** Something that was asked for could not be done. */
export const failed = (message: string): Report => ({ json: { event: 'error', message }, text: `error: ${message}` })

/** A port has failed, and is opened again. */
export const portFailed = (port: string, message: string, pause: Duration): Report => ({
  json: { event: 'failed', port, message, retrySeconds: pause / 1000 },
  text: `${port}: FAILED: ${message}; it is opened again in ${pause / 1000} s`,
})

/** The box is what its file says by now. */
export const reloaded = ({ kept, started, ended }: BoxChanges): Report => ({
  json: { event: 'reloaded', kept, started, ended },
  text: `reloaded: ${[listed('kept', kept), listed('started', started), listed('ended', ended)].join('; ')}`,
})

const listed = (what: string, names: readonly string[]): string =>
  `${what} ${names.length === 0 ? 'nothing' : names.join(', ')}`

/** How all ports stand. */
export const reportState = (
  ports: readonly { readonly port: BoxPort; readonly standing: () => Standing }[],
): Report => {
  const rows = ports.map(({ port: { name, type, network, isRouted }, standing }) => ({
    name,
    type,
    network,
    isRouted,
    state: standing(),
  }))
  return {
    json: { event: 'state', ports: rows },
    text: rows.map(({ name, type, state }) => `${name}: ${type}, ${state}`).join('\n'),
  }
}
