import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Dice } from '../fuzz/dice.js'

/*
 * Ports that are free, below those which the system hands out: else a node that dials a hub which is down might be given
 * the port of that hub, and have it when the hub comes back.
 */
const [FIRST, LAST] = [15_000, 30_000]
const TRIES = 100

const some = async (dice: Dice, isFree: (port: number) => Promise<boolean>): Promise<number> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + dice.below(LAST - FIRST)
    if (await isFree(port)) return port
  }
  throw new Error(`no port between ${FIRST} and ${LAST} is free`)
}

/** A TCP port that is free on 127.0.0.1. */
export const freeTcpPort = (dice: Dice): Promise<number> =>
  some(dice, async port => {
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await Promise.race([
      once(server, 'listening').then(() => true),
      once(server, 'error').then(() => false),
    ])
    server.close()
    return isFree
  })

/** A UDP port that is free on all addresses of IPv4, or on ::1. */
export const freeUdpPort = (dice: Dice, type: 'udp4' | 'udp6' = 'udp4'): Promise<number> =>
  some(dice, port => canBind(type, type === 'udp4' ? '0.0.0.0' : '::1', port))

/** Whether there is an IPv6 loopback address. */
export const hasIp6 = (): Promise<boolean> => canBind('udp6', '::1', 0)

const canBind = (type: 'udp4' | 'udp6', address: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createSocket(type)
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind(port, address, () => socket.close(() => resolve(true)))
  })
