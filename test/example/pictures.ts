import * as E from 'fp-ts/lib/Either.js'
import { filter, map, NEVER, share, Subject } from 'rxjs'
import { encodeApdu, ms, trace, type Duration, type OutboundNpdu, type Vmac } from 'rx-bacnet'
import { durationMs, fakeLinkOf, heard, iAm, npduOf, vmac, type MarbleOperator } from 'rx-bacnet/testing'
import { decodeNpdu } from 'rx-bacnet/wire'
import { devices } from './devices.js'
import { invokeIds } from './invoke-ids.js'
import { pollValue } from './poll-value.js'
import { presentValue } from './present-value.js'
import { watchdog } from './watchdog.js'

/*
 * The pictures of the example: what their symbols stand for. A picture of one's own is drawn by
 * drawMarble(parseMarble(text)), and is tested by runMarble(parseMarble(text), pictures).
 */

const DEVICE = '02:00:00:00:00:07'

/** The duration of the nth argument. */
const duration = (args: readonly string[], n: number): Duration => ms(durationMs(args[n]?.replace(/^\D*/u, '') ?? ''))

/** In: the I-Ams of devices, by their letters. Out: each Who-Is, and the devices that are found and gone. */
const discovery: MarbleOperator = ({ inputs, args, scheduler }) => {
  const instanceOf = (symbol: string): number => symbol.charCodeAt(0)
  const asked$ = new Subject<string>()
  const event$ = (inputs['I-Am'] ?? NEVER).pipe(map(symbol => heard<Vmac>(iAm(instanceOf(symbol)), DEVICE)))
  const link = trace(fakeLinkOf<Vmac>(event$, scheduler), { outbound: () => asked$.next('w') })
  const options = { askEvery: duration(args, 0), goneAfter: duration(args, 1), scheduler }
  const news$ = devices(link, options).pipe(share())
  const of = (tag: string) =>
    news$.pipe(
      filter(({ _tag }) => _tag === tag),
      map(({ device }) => String.fromCharCode(device.iAm.deviceInstance)),
    )
  return { 'Who-Is': asked$, found: of('Found'), gone: of('Gone') }
}

/** In: when the device answers what it was asked last, `v`, or with an Error, `e`. Out: the requests, and what is told. */
const poll: MarbleOperator = ({ inputs, args, scheduler }) => {
  const decoded = decodeNpdu(iAm(7).npdu)
  if (E.isLeft(decoded)) throw new Error(decoded.left.reason)
  const device = { source: vmac(DEVICE), decoded: decoded.right }
  const property = presentValue(1)
  const sent$ = new Subject<string>()
  let invokeId = 0
  const noteId = ({ npdu }: OutboundNpdu<Vmac>): void => {
    invokeId = npdu[4] ?? 0
    sent$.next('r')
  }
  const result = Uint8Array.of(...property.parameters, 0x3e, 0x44, 0x41, 0xac, 0, 0, 0x3f)
  const event$ = (inputs['answers'] ?? NEVER).pipe(
    map(symbol =>
      encodeApdu(
        symbol === 'v'
          ? { _tag: 'Complex-ACK', segment: undefined, invokeId, service: 12, parameters: result }
          : { _tag: 'Error', invokeId, service: 12, parameters: Uint8Array.of(0x91, 1, 0x91, 31) },
      ),
    ),
    map(apdu => heard<Vmac>(npduOf(apdu), DEVICE)),
  )
  const link = trace(fakeLinkOf<Vmac>(event$, scheduler), { outbound: noteId })
  const options = {
    invokeIds: invokeIds(),
    every: duration(args, 0),
    patience: duration(args, 1),
    rest: duration(args, 2),
    longestRest: duration(args, 3),
    scheduler,
  }
  return {
    ReadProperty: sent$,
    readings: pollValue(link, device, property, options).pipe(map(({ _tag }) => (_tag === 'Value' ? 'v' : 'f'))),
  }
}

/** In: what a device says. Out: when it is silent, `s`, and back, `b`. */
const silence: MarbleOperator = ({ inputs, args, scheduler }) => ({
  watchdog: (inputs['heard'] ?? NEVER).pipe(
    watchdog(duration(args, 0), scheduler),
    map(news => news.slice(0, 1)),
  ),
})

/** The operators of the example's pictures, by the name behind `>`. */
export const pictures: Readonly<Record<string, MarbleOperator>> = {
  devices: discovery,
  pollValue: poll,
  watchdog: silence,
}
