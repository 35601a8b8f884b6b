import { usualReceiveBuffer } from '../../transport/ip-bounds.js'
import { warn, type Context } from '../command.js'
import { countFromText } from '../option-codecs.js'
import { optional, toggle, type Option, type Values } from '../options.js'
import type { RoleTag } from './news.js'

/** The options of the sockets of a port. */
export type SocketTable = {
  readonly receiveBuffer: Option<number | undefined>
  readonly reuseAddress: Option<boolean>
}

/** The options of the sockets of a port. */
export const socketTable: SocketTable = {
  receiveBuffer: optional(countFromText('number of octets', 2048, 1 << 30), {
    placeholder: 'OCTETS',
    help: `what may wait to be read (default: ${usualReceiveBuffer('OrdinaryNode')}, with --bbmd ${usualReceiveBuffer('Bbmd')})`,
  }),
  reuseAddress: toggle('share address and port with other programs, of which only one gets each unicast'),
}

/** What is asked of the system for the sockets of a port that begins with this role. */
export const socketsOf = (
  { receiveBuffer, reuseAddress }: Values<SocketTable>,
  role: RoleTag,
): { readonly receiveBuffer: number; readonly reuseAddress: boolean } => ({
  receiveBuffer: receiveBuffer ?? usualReceiveBuffer(role),
  reuseAddress,
})

/** Warns of a receive buffer that is too small for what the port is. */
export const warnOfBuffer = (
  granted: number,
  options: Values<SocketTable> & { readonly bbmd: boolean },
  context: Context,
): void => {
  // A node that nobody floods does well with what systems grant by default; who asks for more, or forwards, wants it.
  const needed = options.receiveBuffer ?? (options.bbmd ? usualReceiveBuffer('Bbmd') : 0)
  if (granted >= needed / 2) return
  const remedy = 'allow more (Linux: sysctl net.core.rmem_max), or ask for less with --receive-buffer'
  warn(context, `only ${granted} of ${needed} octets may wait to be read, so that bursts can get lost; ${remedy}`)
}
